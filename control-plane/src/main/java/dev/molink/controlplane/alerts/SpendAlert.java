package dev.molink.controlplane.alerts;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sum whose reaching in a month is told.
 *
 * @param projectId null: the spending of the whole organization counts
 */
public record SpendAlert(
        String spendAlertId,
        String organizationId,
        @Nullable String projectId,
        BigDecimal threshold,
        String currency,
        Instant createdAt) {}
