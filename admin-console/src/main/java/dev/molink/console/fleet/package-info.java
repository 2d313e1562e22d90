/** Nodes and pipelines as they are now. */
@NullMarked
package dev.molink.console.fleet;

import org.jspecify.annotations.NullMarked;
