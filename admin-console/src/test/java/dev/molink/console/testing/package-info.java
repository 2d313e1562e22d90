/** A console to test: the real control plane on a database, and a fleet that tests set. */
@NullMarked
package dev.molink.console.testing;

import org.jspecify.annotations.NullMarked;
