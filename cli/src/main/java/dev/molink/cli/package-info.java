/** The molink program, which picks a role. */
@NullMarked
package dev.molink.cli;

import org.jspecify.annotations.NullMarked;
