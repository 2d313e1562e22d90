package dev.molink.controlplane.alerts;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A web address that is told of alerts.
 *
 * @param organizationId whose alerts; null: those of all organizations and of the installation
 * @param kinds empty: all
 * @param pepperId the pepper from which its secret is derived
 */
public record Webhook(
        String webhookId,
        @Nullable String organizationId,
        String name,
        String url,
        Set<AlertKind> kinds,
        String pepperId,
        Instant createdAt) {

    public Webhook {
        kinds = Set.copyOf(kinds);
    }

    boolean wants(AlertKind kind) {
        return kinds.isEmpty() || kinds.contains(kind);
    }
}
