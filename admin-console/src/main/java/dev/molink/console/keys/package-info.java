/** API keys of projects: created, shown once, revoked. */
@NullMarked
package dev.molink.console.keys;

import org.jspecify.annotations.NullMarked;
