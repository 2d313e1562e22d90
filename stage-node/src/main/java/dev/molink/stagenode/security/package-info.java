/** The cluster secret that authenticates every RPC. */
@NullMarked
package dev.molink.stagenode.security;

import org.jspecify.annotations.NullMarked;
