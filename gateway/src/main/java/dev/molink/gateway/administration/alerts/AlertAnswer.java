package dev.molink.gateway.administration.alerts;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.alerts.Alert;
import java.util.SortedMap;
import java.util.TreeMap;

/** An alert as webhooks get it. */
record AlertAnswer(
        String id,
        String object,
        @JsonProperty("created_at") long createdAt,
        String type,
        SortedMap<String, String> data) {

    static AlertAnswer of(Alert alert) {
        return new AlertAnswer(
                alert.alertId(),
                "event",
                alert.raisedAt().getEpochSecond(),
                alert.kind().word(),
                new TreeMap<>(alert.data()));
    }
}
