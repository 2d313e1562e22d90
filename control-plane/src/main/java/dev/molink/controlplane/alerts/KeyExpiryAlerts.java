package dev.molink.controlplane.alerts;

import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.keys.ApiKeys;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Tells of keys that stop to work within a week, and once more within a day; of one that is first seen on its last day, once
 * only.
 */
final class KeyExpiryAlerts {

    /** The nearest first. */
    private static final List<Duration> AHEAD = List.of(Duration.ofDays(1), Duration.ofDays(7));

    private final ApiKeys keys;
    private final Alerts alerts;

    KeyExpiryAlerts(ApiKeys keys, Alerts alerts) {
        this.keys = keys;
        this.alerts = alerts;
    }

    /** Called by the clock. */
    void look() {
        Set<String> told = new HashSet<>();
        for (Duration ahead : AHEAD) {
            keys.expiring(ahead).stream().filter(key -> told.add(key.keyId())).forEach(key -> tell(key, ahead));
        }
    }

    private void tell(ApiKeySummary key, Duration ahead) {
        String expiry = Objects.requireNonNull(key.expiresAt()).toString();
        alerts.raise(
                AlertKind.KEY_EXPIRY,
                key.organizationId(),
                "key-expiry:%s:%s:%d".formatted(key.keyId(), expiry, ahead.toDays()),
                Map.of(
                        "api_key_id", key.keyId(),
                        "project_id", key.projectId(),
                        "name", key.name(),
                        "expires_at", expiry));
    }
}
