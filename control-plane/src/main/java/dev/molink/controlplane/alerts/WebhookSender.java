package dev.molink.controlplane.alerts;

import dev.molink.controlplane.outbound.OutboundHttp;
import dev.molink.controlplane.storage.DatabaseOutage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends what is due. Every replica does; an attempt belongs to the one that claimed it, for a minute. A receiver that
 * answers anything but 2xx is tried again after 5 s, then after twice as long each time, at most an hour, for 14 attempts,
 * which is about five hours. The id of the alert stays the same, so that a receiver that got it just before this process
 * died knows the repetition.
 */
final class WebhookSender {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final int MOST_ATTEMPTS = 14;
    private static final int BATCH = 16;
    private static final int MAX_OUTCOME = 300;

    private final AlertTable table;
    private final WebhookSecrets secrets;
    private final OutboundHttp http;
    private final InstantSource clock;

    WebhookSender(AlertTable table, WebhookSecrets secrets, OutboundHttp http, InstantSource clock) {
        this.table = table;
        this.secrets = secrets;
        this.http = http;
        this.clock = clock;
    }

    /** Sends what is due now; called by the clock. */
    void sendDue() {
        try {
            List<Delivery> due = table.due(clock.instant(), BATCH);
            for (Delivery delivery : due) {
                if (table.claim(delivery, clock.instant().plus(LEASE))) {
                    send(delivery);
                }
            }
        } catch (RuntimeException failure) {
            if (!DatabaseOutage.isOne(failure)) {
                throw failure;
            }
            LOG.debug("alerts wait for the database: {}", failure.getMessage());
        }
    }

    private void send(Delivery delivery) {
        String outcome;
        boolean delivered = false;
        try {
            int status = post(delivery);
            delivered = status / 100 == 2;
            outcome = "status " + status;
        } catch (IOException | IllegalStateException | IllegalArgumentException failed) {
            outcome = Objects.requireNonNullElse(
                    failed.getMessage(), failed.getClass().getSimpleName());
        }
        conclude(delivery, delivered, outcome.length() > MAX_OUTCOME ? outcome.substring(0, MAX_OUTCOME) : outcome);
    }

    private int post(Delivery delivery) throws IOException {
        String id = delivery.alert().alertId();
        String body = body(delivery.alert());
        long now = clock.instant().getEpochSecond();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", Long.toString(now));
        headers.put("webhook-signature", Signature.of(secrets.hex(delivery.webhook()), id, now, body));
        return http.post(delivery.webhook().url(), body, headers);
    }

    private void conclude(Delivery delivery, boolean delivered, String outcome) {
        int attempts = delivery.attempts() + 1;
        Instant now = clock.instant();
        @Nullable Instant next = delivered || attempts >= MOST_ATTEMPTS ? null : now.plus(pause(attempts));
        table.attempted(delivery, next, delivered ? now : null, outcome);
        if (!delivered) {
            LOG.warn(
                    "alert {} did not reach webhook {} at attempt {}: {}{}",
                    delivery.alert().alertId(),
                    delivery.webhook().webhookId(),
                    attempts,
                    outcome,
                    next == null ? "; given up" : "");
        }
    }

    static Duration pause(int attempts) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 20));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** In the form of OpenAI's webhooks. */
    private static String body(Alert alert) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", alert.alertId());
        body.put("object", "event");
        body.put("created_at", alert.raisedAt().getEpochSecond());
        body.put("type", alert.kind().word());
        if (alert.organizationId() != null) {
            body.put("organization_id", alert.organizationId());
        }
        body.put("data", new TreeMap<>(alert.data()));
        return JsonMapper.shared().writeValueAsString(body);
    }
}
