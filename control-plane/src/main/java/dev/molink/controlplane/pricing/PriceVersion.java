package dev.molink.controlplane.pricing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price rule with its history.
 *
 * @param createdBy id of the account or admin key
 * @param withdrawnAt null unless it was withdrawn before it came into force
 * @param withdrawnBy null unless it was withdrawn
 */
public record PriceVersion(
        PriceRule rule,
        Instant createdAt,
        String createdBy,
        @Nullable Instant withdrawnAt,
        @Nullable String withdrawnBy) {}
