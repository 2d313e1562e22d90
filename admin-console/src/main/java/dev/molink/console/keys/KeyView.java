package dev.molink.console.keys;

import dev.molink.controlplane.keys.ApiKeySummary;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** A key as the pages show it. */
record KeyView(String keyId, String name, String redacted, String project, LocalDateTime createdAt, State state) {

    enum State {
        ACTIVE,
        EXPIRED,
        REVOKED
    }

    static KeyView of(ApiKeySummary key, Instant now) {
        return new KeyView(
                key.keyId(),
                key.name(),
                key.redacted(),
                key.projectName(),
                LocalDateTime.ofInstant(key.createdAt(), ZoneOffset.UTC),
                state(key, now));
    }

    public boolean active() {
        return state == State.ACTIVE;
    }

    private static State state(ApiKeySummary key, Instant now) {
        if (key.revoked()) {
            return State.REVOKED;
        }
        return key.expired(now) ? State.EXPIRED : State.ACTIVE;
    }
}
