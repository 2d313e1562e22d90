/** Which nodes are alive, which layers they hold, and which pipelines they make. */
@NullMarked
package dev.molink.controlplane.fleet;

import org.jspecify.annotations.NullMarked;
