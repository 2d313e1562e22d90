package dev.molink.stagenode.link;

import dev.molink.stagenode.codec.ActivationCodec;

/**
 * What both ends of a link agree on.
 *
 * @param localNodeId this end
 * @param peerNodeId the other end
 * @param peerName how logs and errors name the other end, such as {@code stage 1 (node 3f2a at 10.0.0.7:50061)}
 * @param hiddenSize elements of one row that crosses the link
 * @param codec how these are written
 */
public record LinkSpec(
        long epoch, String localNodeId, String peerNodeId, String peerName, int hiddenSize, ActivationCodec codec) {}
