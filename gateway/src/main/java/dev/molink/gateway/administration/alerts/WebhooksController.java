package dev.molink.gateway.administration.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.alerts.AlertKind;
import dev.molink.controlplane.alerts.CreatedWebhook;
import dev.molink.controlplane.alerts.Delivery;
import dev.molink.controlplane.alerts.Webhook;
import dev.molink.controlplane.alerts.Webhooks;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /admin/v1/webhooks}. A webhook belongs to an organization; one with {@code "scope": "installation"}, which only the
 * installation's operator makes, is told of every organization's alerts.
 */
@RestController
final class WebhooksController {

    private static final String PATH = "/admin/v1/webhooks";
    private static final String ONE = PATH + "/{webhook_id}";
    private static final String INSTALLATION = "installation";
    private static final int SHOWN_DELIVERIES = 100;

    private final Webhooks webhooks;

    WebhooksController(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.ALERTS, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        List<Webhook> all = webhooks.list(exchange.organizationId(), exchange.isOperator());
        exchange.sendPage(
                Page.of(all, exchange.paging(), Webhook::webhookId),
                Webhook::webhookId,
                webhook -> Answer.of(webhook, null));
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void create(AdminExchange exchange) throws IOException {
        Fields body = exchange.body();
        String name = body.requireString("name");
        String url = body.requireString("url");
        List<AlertKind> kinds = body.list("events", AlertKind.values().length, WebhooksController::kind);
        String organizationId = organization(exchange, body.string("scope"));
        CreatedWebhook created = exchange.change(() -> {
            CreatedWebhook made = webhooks.create(organizationId, name, url, new HashSet<>(kinds));
            audit(exchange, "webhook.created", made.webhook(), Map.of(), fields(made.webhook()));
            return made;
        });
        exchange.send(Answer.of(created.webhook(), created.secret()));
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.ALERTS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("webhook_id") String webhookId) throws IOException {
        exchange.send(Answer.of(find(exchange, webhookId), null));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void delete(AdminExchange exchange, @PathVariable("webhook_id") String webhookId) throws IOException {
        Webhook webhook = find(exchange, webhookId);
        exchange.change(() -> {
            webhooks.delete(webhook);
            audit(exchange, "webhook.deleted", webhook, fields(webhook), Map.of());
            return webhook;
        });
        exchange.sendDeleted("webhook.deleted", webhookId);
    }

    /** Sends an alert of kind {@code webhook.test}; the deliveries tell what came of it. */
    @PostMapping(ONE + "/test")
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void test(AdminExchange exchange, @PathVariable("webhook_id") String webhookId) throws IOException {
        Webhook webhook = find(exchange, webhookId);
        exchange.change(() -> {
            webhooks.test(webhook);
            audit(exchange, "webhook.tested", webhook, Map.of(), Map.of());
            return webhook;
        });
        exchange.send(Answer.of(webhook, null));
    }

    /** The newest hundred, the newest first. */
    @GetMapping(ONE + "/deliveries")
    @AdminRoute(area = Area.ALERTS, access = Access.VIEW)
    void deliveries(AdminExchange exchange, @PathVariable("webhook_id") String webhookId) throws IOException {
        List<Delivery> newest = webhooks.deliveries(find(exchange, webhookId), SHOWN_DELIVERIES);
        exchange.sendPage(
                new Page<>(newest, false), delivery -> delivery.alert().alertId(), DeliveryAnswer::of);
    }

    private Webhook find(AdminExchange exchange, String webhookId) {
        return webhooks.find(webhookId, exchange.organizationId(), exchange.isOperator());
    }

    private static @Nullable String organization(AdminExchange exchange, @Nullable String scope) {
        if (scope == null || scope.equals("organization")) {
            return exchange.organizationId();
        }
        if (scope.equals(INSTALLATION) && exchange.isOperator()) {
            return null;
        }
        throw ApiException.field(
                ErrorCode.INVALID_VALUE,
                "scope",
                "Invalid 'scope': expected 'organization', or 'installation' from the installation's operator.");
    }

    private static AlertKind kind(String path, tools.jackson.databind.JsonNode value) {
        String word = Fields.asString(path, value);
        return AlertKind.of(word)
                .orElseThrow(() -> ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        path,
                        "Invalid '%s': expected one of %s."
                                .formatted(
                                        path,
                                        Arrays.stream(AlertKind.values())
                                                .map(AlertKind::word)
                                                .collect(Collectors.joining(", ")))));
    }

    private static void audit(
            AdminExchange exchange,
            String action,
            Webhook webhook,
            Map<String, String> before,
            Map<String, String> after) {
        if (webhook.organizationId() == null) {
            exchange.auditInstallation(action, webhook.webhookId(), before, after);
        } else {
            exchange.audit(action, webhook.webhookId(), before, after);
        }
    }

    private static Map<String, String> fields(Webhook webhook) {
        return Map.of("name", webhook.name(), "url", webhook.url(), "events", String.join(",", words(webhook)));
    }

    private static List<String> words(Webhook webhook) {
        return webhook.kinds().stream().map(AlertKind::word).sorted().toList();
    }

    /**
     * A webhook.
     *
     * @param events empty: all
     * @param secret in the answer to its creation only
     */
    private record Answer(
            String object,
            String id,
            String name,
            String url,
            List<String> events,
            String scope,
            @JsonProperty("created_at") long createdAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String secret) {

        static Answer of(Webhook webhook, @Nullable String secret) {
            return new Answer(
                    "webhook",
                    webhook.webhookId(),
                    webhook.name(),
                    webhook.url(),
                    words(webhook),
                    webhook.organizationId() == null ? INSTALLATION : "organization",
                    webhook.createdAt().getEpochSecond(),
                    secret);
        }

        @Override
        public String toString() {
            return "Answer[%s]".formatted(id);
        }
    }

    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record DeliveryAnswer(
            String object,
            @JsonProperty("alert") AlertAnswer alert,
            int attempts,
            String outcome,
            @JsonProperty("delivered_at") @Nullable Long deliveredAt,
            @JsonProperty("next_attempt_at") @Nullable Long nextAttemptAt) {

        static DeliveryAnswer of(Delivery delivery) {
            return new DeliveryAnswer(
                    "webhook.delivery",
                    AlertAnswer.of(delivery.alert()),
                    delivery.attempts(),
                    delivery.outcome(),
                    delivery.deliveredAt() == null
                            ? null
                            : delivery.deliveredAt().getEpochSecond(),
                    delivery.nextAttemptAt() == null
                            ? null
                            : delivery.nextAttemptAt().getEpochSecond());
        }
    }
}
