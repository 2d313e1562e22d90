/** A gateway on free ports, a node that answers from a script, and a client that reads answers byte by byte. */
@NullMarked
package dev.molink.gateway.testing;

import org.jspecify.annotations.NullMarked;
