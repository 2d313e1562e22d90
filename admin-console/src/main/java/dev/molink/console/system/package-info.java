/** What every page has around it: frame, assets, messages and error pages. */
@NullMarked
package dev.molink.console.system;

import org.jspecify.annotations.NullMarked;
