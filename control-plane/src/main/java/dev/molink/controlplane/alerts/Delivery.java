package dev.molink.controlplane.alerts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far an alert came on its way to a webhook.
 *
 * @param nextAttemptAt null: it is delivered, or given up
 * @param outcome of the last attempt: a status, or why there was no answer; empty before the first
 */
public record Delivery(
        Alert alert,
        Webhook webhook,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable Instant deliveredAt,
        String outcome) {}
