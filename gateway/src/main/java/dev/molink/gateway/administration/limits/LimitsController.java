package dev.molink.gateway.administration.limits;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.admission.LimitMetric;
import dev.molink.controlplane.admission.LimitOwner;
import dev.molink.controlplane.admission.UsageLimit;
import dev.molink.controlplane.admission.UsageLimits;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /admin/v1/limits}: every limit of an organization, its projects, their keys and models. What bounds a whole
 * organization is the operator's to set.
 */
@RestController
final class LimitsController {

    private static final String PATH = "/admin/v1/limits";
    private static final String ONE = PATH + "/{limit_id}";

    private final UsageLimits limits;

    LimitsController(UsageLimits limits) {
        this.limits = limits;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.LIMITS, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        exchange.sendPage(
                Page.of(limits.ofOrganization(exchange.organizationId()), exchange.paging(), UsageLimit::limitId),
                UsageLimit::limitId,
                Answer::of);
    }

    /** Sets a limit; one of the same owner, metric and currency is replaced. */
    @PostMapping(PATH)
    @AdminRoute(area = Area.LIMITS, access = Access.MANAGE)
    void set(AdminExchange exchange) throws IOException {
        Fields body = exchange.body();
        LimitOwner owner = LimitFields.owner(body, exchange.organizationId());
        LimitMetric metric = LimitFields.metric(body);
        BigDecimal amount = LimitFields.amount(body);
        UsageLimit.Mode mode = LimitFields.mode(body.string("mode"));
        String named = body.string("currency");
        String currency = named == null && metric.money() ? "USD" : named == null ? "" : named;
        requireOwn(exchange, owner);
        requireOperator(exchange, owner);
        exchange.send(Answer.of(exchange.change(() -> {
            Optional<UsageLimit> before = limits.find(owner, metric, currency);
            UsageLimit after = limits.set(owner, metric, amount, mode, currency);
            exchange.audit(
                    before.isPresent() ? "limit.updated" : "limit.created",
                    after.limitId(),
                    before.map(LimitsController::audited).orElse(Map.of()),
                    audited(after));
            return after;
        })));
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.LIMITS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("limit_id") String limitId) throws IOException {
        exchange.send(Answer.of(require(exchange, limitId)));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.LIMITS, access = Access.MANAGE)
    void remove(AdminExchange exchange, @PathVariable("limit_id") String limitId) throws IOException {
        UsageLimit limit = require(exchange, limitId);
        requireOperator(exchange, limit.owner());
        exchange.change(() -> {
            exchange.audit("limit.deleted", limitId, audited(limit), Map.of());
            return limits.remove(limitId);
        });
        exchange.sendDeleted("limit.deleted", limitId);
    }

    private UsageLimit require(AdminExchange exchange, String limitId) {
        return limits.find(limitId)
                .filter(limit -> limit.organizationId().equals(exchange.organizationId()))
                .orElseThrow(() -> AdminExchange.notFound("limit", limitId));
    }

    private void requireOwn(AdminExchange exchange, LimitOwner owner) {
        if (!limits.organizationOf(owner).equals(exchange.organizationId())) {
            throw AdminExchange.notFound(LimitFields.word(owner.kind()), owner.ownerId());
        }
    }

    private static void requireOperator(AdminExchange exchange, LimitOwner owner) {
        if (owner.kind() == LimitOwner.Kind.ORGANIZATION && !exchange.isOperator()) {
            throw ApiException.field(
                    ErrorCode.FORBIDDEN,
                    "owner",
                    "Only the installation's operator limits a whole organization; its own budget is at /v1/organization/spend_limit.");
        }
    }

    private static Map<String, String> audited(UsageLimit limit) {
        return Map.of(
                "owner", LimitFields.word(limit.owner().kind()),
                "owner_id", limit.owner().ownerId(),
                "model", limit.owner().model(),
                "metric", LimitFields.word(limit.metric()),
                "amount", plain(limit.amount()),
                "mode", LimitFields.word(limit.mode()),
                "currency", limit.currency());
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    /** @param amount requests, tokens or money, as a decimal string */
    private record Answer(
            String object,
            String id,
            String owner,
            @JsonProperty("owner_id") String ownerId,
            @Nullable String model,
            String metric,
            String amount,
            String mode,
            @Nullable String currency,
            @JsonProperty("changed_at") long changedAt) {

        static Answer of(UsageLimit limit) {
            return new Answer(
                    "limit",
                    limit.limitId(),
                    LimitFields.word(limit.owner().kind()),
                    limit.owner().ownerId(),
                    limit.owner().model().isEmpty() ? null : limit.owner().model(),
                    LimitFields.word(limit.metric()),
                    plain(limit.amount()),
                    LimitFields.word(limit.mode()),
                    limit.currency().isEmpty() ? null : limit.currency(),
                    limit.changedAt().getEpochSecond());
        }
    }
}
