package dev.molink.controlplane.fleet;

import dev.molink.proto.node.v1.ModelIdentity;
import java.time.Instant;

/**
 * A model of which at least one node holds layers.
 *
 * @param identity as the node with the first of the held layers announced it
 * @param textSha256 hash of its text assets; empty when no node has any
 */
public record KnownModel(ModelIdentity identity, String textSha256, Instant firstSeenAt) {}
