/** The gateway's side of the nodes: their streams, the pipelines that they form, and the requests that run on them. */
@NullMarked
package dev.molink.gateway.nodes;

import org.jspecify.annotations.NullMarked;
