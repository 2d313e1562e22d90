/** Role processes of this machine: how they are started, watched and stopped. */
@NullMarked
package dev.molink.cli.process;

import org.jspecify.annotations.NullMarked;
