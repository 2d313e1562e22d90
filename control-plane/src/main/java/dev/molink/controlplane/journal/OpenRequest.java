package dev.molink.controlplane.journal;

import java.time.Instant;

/**
 * A request that a gateway was about to send to a head, with all that is needed to record it when nobody else tells of it.
 *
 * @param accounting what travels with it, as the gateway encodes it
 * @param choices how many texts it wants of its prompt
 */
public record OpenRequest(
        String requestId,
        String model,
        String pipeline,
        String accounting,
        int promptTokens,
        int choices,
        Instant submittedAt) {}
