package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.alerts.SpendAlert;
import dev.molink.controlplane.alerts.SpendAlerts;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /v1/organization/spend_alerts} and those of a project, in OpenAI's shape: sums in cents, counted by the month.
 * Webhooks are told, so there are no recipients to name.
 */
@RestController
final class SpendAlertsController {

    private static final String ORGANIZATION = "/v1/organization/spend_alerts";
    private static final String PROJECT = "/v1/organization/projects/{project_id}/spend_alerts";
    private static final String ID = "/{spend_alert_id}";
    private static final String OBJECT = "organization.spend_alert";
    private static final long MOST_CENTS = 100_000_000_000_000L;
    private static final int CENT_DIGITS = 2;

    private final SpendAlerts alerts;
    private final Tenancy tenancy;

    SpendAlertsController(SpendAlerts alerts, Tenancy tenancy) {
        this.alerts = alerts;
        this.tenancy = tenancy;
    }

    @GetMapping(ORGANIZATION)
    @AdminRoute(area = Area.ALERTS, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        list(exchange, null);
    }

    @GetMapping(PROJECT)
    @AdminRoute(area = Area.ALERTS, access = Access.VIEW)
    void listOfProject(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        list(exchange, known(exchange, projectId));
    }

    @PostMapping(ORGANIZATION)
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void create(AdminExchange exchange) throws IOException {
        create(exchange, null);
    }

    @PostMapping(PROJECT)
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void createOfProject(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        create(exchange, known(exchange, projectId));
    }

    @PostMapping(ORGANIZATION + ID)
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void change(AdminExchange exchange, @PathVariable("spend_alert_id") String id) throws IOException {
        change(exchange, null, id);
    }

    @PostMapping(PROJECT + ID)
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void changeOfProject(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("spend_alert_id") String id)
            throws IOException {
        change(exchange, known(exchange, projectId), id);
    }

    @DeleteMapping(ORGANIZATION + ID)
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void delete(AdminExchange exchange, @PathVariable("spend_alert_id") String id) throws IOException {
        delete(exchange, null, id);
    }

    @DeleteMapping(PROJECT + ID)
    @AdminRoute(area = Area.ALERTS, access = Access.MANAGE)
    void deleteOfProject(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("spend_alert_id") String id)
            throws IOException {
        delete(exchange, known(exchange, projectId), id);
    }

    private void list(AdminExchange exchange, @Nullable String projectId) throws IOException {
        exchange.sendPage(
                Page.of(alerts.list(exchange.organizationId(), projectId), exchange.paging(), SpendAlert::spendAlertId),
                SpendAlert::spendAlertId,
                Answer::of);
    }

    private void create(AdminExchange exchange, @Nullable String projectId) throws IOException {
        Fields body = exchange.body();
        BigDecimal threshold = threshold(body);
        String currency = currency(body);
        requireMonth(body);
        exchange.send(Answer.of(exchange.change(() -> {
            SpendAlert made = alerts.create(exchange.organizationId(), projectId, threshold, currency);
            exchange.audit("spend_alert.created", made.spendAlertId(), Map.of(), fields(made));
            return made;
        })));
    }

    private void change(AdminExchange exchange, @Nullable String projectId, String id) throws IOException {
        SpendAlert before = alerts.find(exchange.organizationId(), projectId, id);
        BigDecimal threshold = threshold(exchange.body());
        exchange.send(Answer.of(exchange.change(() -> {
            SpendAlert after = alerts.change(before, threshold);
            exchange.audit("spend_alert.updated", id, fields(before), fields(after));
            return after;
        })));
    }

    private void delete(AdminExchange exchange, @Nullable String projectId, String id) throws IOException {
        SpendAlert before = alerts.find(exchange.organizationId(), projectId, id);
        exchange.change(() -> {
            alerts.delete(before);
            exchange.audit("spend_alert.deleted", id, fields(before), Map.of());
            return before;
        });
        exchange.sendDeleted(OBJECT + ".deleted", id);
    }

    private String known(AdminExchange exchange, String projectId) {
        return tenancy.project(exchange.organizationId(), projectId).projectId();
    }

    private static BigDecimal threshold(Fields body) {
        Long cents = body.longInteger("threshold_amount", 1, MOST_CENTS);
        if (cents == null) {
            throw ApiException.field(
                    ErrorCode.MISSING_PARAMETER,
                    "threshold_amount",
                    "Missing required parameter: 'threshold_amount', a whole number of cents.");
        }
        return BigDecimal.valueOf(cents, CENT_DIGITS);
    }

    private static String currency(Fields body) {
        String currency = body.string("currency");
        if (currency != null && !currency.matches("[A-Z]{3}")) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE, "currency", "Invalid 'currency': expected three letters such as USD.");
        }
        return currency == null ? "USD" : currency;
    }

    private static void requireMonth(Fields body) {
        String interval = body.string("interval");
        if (interval != null && !interval.equals("month")) {
            throw ApiException.field(ErrorCode.INVALID_VALUE, "interval", "Invalid 'interval': expected 'month'.");
        }
    }

    private static Map<String, String> fields(SpendAlert alert) {
        return Map.of("threshold", alert.threshold().toPlainString(), "currency", alert.currency());
    }

    private record Answer(
            String object,
            String id,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("project_id") @Nullable
            String projectId,

            @JsonProperty("threshold_amount") long thresholdAmount,
            String currency,
            String interval,
            @JsonProperty("created_at") long createdAt) {

        static Answer of(SpendAlert alert) {
            return new Answer(
                    OBJECT,
                    alert.spendAlertId(),
                    alert.projectId(),
                    alert.threshold().movePointRight(CENT_DIGITS).longValueExact(),
                    alert.currency(),
                    "month",
                    alert.createdAt().getEpochSecond());
        }
    }
}
