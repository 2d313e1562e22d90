package dev.molink.controlplane.alerts;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody has to be told.
 *
 * @param organizationId whose it is; null: the installation's
 * @param eventKey what happened; nothing with a key that was there before is told again
 * @param data amounts as decimal strings; never a secret
 */
public record Alert(
        String alertId,
        @Nullable String organizationId,
        AlertKind kind,
        String eventKey,
        Map<String, String> data,
        Instant raisedAt) {

    public Alert {
        data = Map.copyOf(data);
    }
}
