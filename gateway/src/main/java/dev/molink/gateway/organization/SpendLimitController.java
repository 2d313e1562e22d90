package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.admission.LimitMetric;
import dev.molink.controlplane.admission.LimitOwner;
import dev.molink.controlplane.admission.UsageLimit;
import dev.molink.controlplane.admission.UsageLimit.Mode;
import dev.molink.controlplane.admission.UsageLimits;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code spend_limit} of the organization and of its projects: the hard budget per calendar month in US dollars, told in
 * cents. Budgets of other modes, currencies and owners are at {@code /admin/v1/limits}.
 */
@RestController
final class SpendLimitController {

    private static final String OF_ORGANIZATION = "/v1/organization/spend_limit";
    private static final String OF_PROJECT = "/v1/organization/projects/{project_id}/spend_limit";
    private static final String CURRENCY = "USD";
    private static final String INTERVAL = "month";
    private static final int CENT_DIGITS = 2;
    private static final long MAX_CENTS = 100_000_000_000_000_000L;

    private final UsageLimits limits;
    private final Tenancy tenancy;

    SpendLimitController(UsageLimits limits, Tenancy tenancy) {
        this.limits = limits;
        this.tenancy = tenancy;
    }

    @GetMapping(OF_ORGANIZATION)
    @AdminRoute(area = Area.LIMITS, access = Access.VIEW)
    void ofOrganization(AdminExchange exchange) throws IOException {
        exchange.send(answer(LimitOwner.organization(exchange.organizationId())));
    }

    @PostMapping(OF_ORGANIZATION)
    @AdminRoute(area = Area.LIMITS, access = Access.MANAGE)
    void setOfOrganization(AdminExchange exchange) throws IOException {
        set(exchange, LimitOwner.organization(exchange.organizationId()));
    }

    @DeleteMapping(OF_ORGANIZATION)
    @AdminRoute(area = Area.LIMITS, access = Access.MANAGE)
    void removeOfOrganization(AdminExchange exchange) throws IOException {
        remove(exchange, LimitOwner.organization(exchange.organizationId()));
    }

    @GetMapping(OF_PROJECT)
    @AdminRoute(area = Area.LIMITS, access = Access.VIEW)
    void ofProject(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        exchange.send(answer(project(exchange, projectId)));
    }

    @PostMapping(OF_PROJECT)
    @AdminRoute(area = Area.LIMITS, access = Access.MANAGE)
    void setOfProject(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        set(exchange, project(exchange, projectId));
    }

    @DeleteMapping(OF_PROJECT)
    @AdminRoute(area = Area.LIMITS, access = Access.MANAGE)
    void removeOfProject(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        remove(exchange, project(exchange, projectId));
    }

    private LimitOwner project(AdminExchange exchange, String projectId) {
        return LimitOwner.project(
                tenancy.project(exchange.organizationId(), projectId).projectId());
    }

    private void set(AdminExchange exchange, LimitOwner owner) throws IOException {
        Fields body = exchange.body();
        body.require("threshold_amount");
        Long cents = body.longInteger("threshold_amount", 0, MAX_CENTS);
        if (cents == null) {
            throw ApiException.field(
                    ErrorCode.MISSING_PARAMETER, "threshold_amount", "Missing required parameter: 'threshold_amount'.");
        }
        requireOnly(body, "currency", CURRENCY);
        requireOnly(body, "interval", INTERVAL);
        BigDecimal amount = BigDecimal.valueOf(cents).scaleByPowerOfTen(-CENT_DIGITS);
        exchange.change(() -> {
            Optional<UsageLimit> before = find(owner);
            UsageLimit after = limits.set(owner, LimitMetric.BUDGET_PER_MONTH, amount, Mode.HARD, CURRENCY);
            exchange.audit(
                    "spend_limit.updated",
                    owner.ownerId(),
                    before.map(SpendLimitController::audited).orElse(Map.of()),
                    audited(after));
            return after;
        });
        exchange.send(answer(owner));
    }

    private void remove(AdminExchange exchange, LimitOwner owner) throws IOException {
        exchange.change(() -> {
            Optional<UsageLimit> before = find(owner);
            before.ifPresent(limit -> {
                limits.remove(limit.limitId());
                exchange.audit("spend_limit.deleted", owner.ownerId(), audited(limit), Map.of());
            });
            return before;
        });
        exchange.sendDeleted(object(owner) + ".deleted", owner.ownerId());
    }

    private static void requireOnly(Fields body, String name, String only) {
        String value = body.string(name);
        if (value != null && !value.equals(only)) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE, name, "Invalid '%s': expected '%s'.".formatted(name, only));
        }
    }

    private Optional<UsageLimit> find(LimitOwner owner) {
        return limits.find(owner, LimitMetric.BUDGET_PER_MONTH, CURRENCY);
    }

    private Answer answer(LimitOwner owner) {
        Optional<UsageLimit> limit = find(owner);
        return new Answer(
                object(owner),
                limit.map(SpendLimitController::cents).orElse(null),
                CURRENCY,
                INTERVAL,
                new Enforcement(limit.isPresent() && limit.get().mode() == Mode.HARD ? "enforcing" : "inactive"));
    }

    /** Whole cents; a limit with parts of them was set elsewhere and is told rounded down. */
    private static long cents(UsageLimit limit) {
        return limit.amount()
                .scaleByPowerOfTen(CENT_DIGITS)
                .setScale(0, RoundingMode.DOWN)
                .longValueExact();
    }

    private static Map<String, String> audited(UsageLimit limit) {
        return Map.of(
                "amount", limit.amount().stripTrailingZeros().toPlainString(),
                "currency", limit.currency(),
                "mode", limit.mode().name());
    }

    private static String object(LimitOwner owner) {
        return owner.kind() == LimitOwner.Kind.ORGANIZATION ? "organization.spend_limit" : "project.spend_limit";
    }

    /** @param thresholdAmount in cents; null: there is none */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            @JsonProperty("threshold_amount") @Nullable Long thresholdAmount,
            String currency,
            String interval,
            Enforcement enforcement) {}

    /** @param status {@code enforcing} where requests are refused at the limit, else {@code inactive} */
    private record Enforcement(String status) {}
}
