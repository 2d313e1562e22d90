/** Pages for operators and tenants. */
@NullMarked
package dev.molink.console;

import org.jspecify.annotations.NullMarked;
