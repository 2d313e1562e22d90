/** API keys from the command line, through a running gateway or on its database. */
@NullMarked
package dev.molink.cli.keys;

import org.jspecify.annotations.NullMarked;
