package dev.molink.controlplane.alerts;

import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.keys.ApiKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Tells of keys that stop to work within a week, and once more within a day. */
final class KeyExpiryAlerts {

    private static final List<Duration> AHEAD = List.of(Duration.ofDays(7), Duration.ofDays(1));

    private final ApiKeys keys;
    private final Alerts alerts;

    KeyExpiryAlerts(ApiKeys keys, Alerts alerts) {
        this.keys = keys;
        this.alerts = alerts;
    }

    /** Called by the clock. */
    void look() {
        for (Duration ahead : AHEAD) {
            keys.expiring(ahead).forEach(key -> tell(key, ahead));
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
