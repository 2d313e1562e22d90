/** Logging in and out, and the filter chain that guards every page. */
@NullMarked
package dev.molink.console.login;

import org.jspecify.annotations.NullMarked;
