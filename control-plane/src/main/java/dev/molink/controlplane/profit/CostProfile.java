package dev.molink.controlplane.profit;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One version of what running a node costs; never changed once it exists.
 *
 * @param nodeId {@link #ANY_NODE}: of every node without a profile of its own
 * @param version from 1, by node
 * @param effectiveFrom from when on it holds, until a later one does; of two with the same date the higher version holds
 * @param currency ISO 4217, such as {@code USD}
 * @param pricePerGigabyte of what the node sends to the next stage, per 1,000,000,000 bytes
 * @param createdBy id of the account or admin key
 */
public record CostProfile(
        String nodeId,
        int version,
        Instant effectiveFrom,
        NodeCost cost,
        BigDecimal pricePerGigabyte,
        String currency,
        Instant createdAt,
        String createdBy) {

    public static final String ANY_NODE = "*";
}
