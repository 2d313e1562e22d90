package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.admission.LimitMetric;
import dev.molink.controlplane.admission.LimitOwner;
import dev.molink.controlplane.admission.UsageLimit;
import dev.molink.controlplane.admission.UsageLimits;
import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /v1/organization/projects/{project_id}/rate_limits}: one object for each model that is served or limited, its id
 * {@code rl-} and the model's name. Limits of the project as a whole are at {@code /admin/v1/limits}.
 */
@RestController
final class RateLimitsController {

    private static final String PATH = "/v1/organization/projects/{project_id}/rate_limits";
    private static final String ID_PREFIX = "rl-";
    private static final Map<String, LimitMetric> FIELDS = Map.of(
            "max_requests_per_1_minute", LimitMetric.REQUESTS_PER_MINUTE,
            "max_tokens_per_1_minute", LimitMetric.TOKENS_PER_MINUTE,
            "max_requests_per_1_day", LimitMetric.REQUESTS_PER_DAY,
            "max_tokens_per_1_day", LimitMetric.TOKENS_PER_DAY);

    private final UsageLimits limits;
    private final Tenancy tenancy;
    private final FleetRegistry fleet;

    RateLimitsController(UsageLimits limits, Tenancy tenancy, FleetRegistry fleet) {
        this.limits = limits;
        this.tenancy = tenancy;
        this.fleet = fleet;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.LIMITS, access = Access.VIEW)
    void list(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        tenancy.project(exchange.organizationId(), projectId);
        Map<String, Map<LimitMetric, UsageLimit>> byModel = byModel(exchange.organizationId(), projectId);
        TreeSet<String> models = new TreeSet<>(byModel.keySet());
        fleet.models().forEach(known -> models.add(known.identity().getName()));
        List<Answer> answers = models.stream()
                .map(model -> Answer.of(model, byModel.getOrDefault(model, Map.of())))
                .toList();
        exchange.sendPage(Page.of(answers, exchange.paging(), Answer::id), Answer::id, answer -> answer);
    }

    @PostMapping(PATH + "/{*rate_limit_id}")
    @AdminRoute(area = Area.LIMITS, access = Access.MANAGE)
    void modify(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("rate_limit_id") String path)
            throws IOException {
        tenancy.project(exchange.organizationId(), projectId);
        String id = path.startsWith("/") ? path.substring(1) : path;
        if (!id.startsWith(ID_PREFIX) || id.length() == ID_PREFIX.length()) {
            throw AdminExchange.notFound("rate limit", id);
        }
        LimitOwner owner = LimitOwner.model(projectId, id.substring(ID_PREFIX.length()));
        Map<LimitMetric, BigDecimal> wanted = wanted(exchange.body());
        exchange.change(() -> {
            Map<String, String> before = new HashMap<>();
            Map<String, String> after = new HashMap<>();
            wanted.forEach((metric, amount) -> {
                limits.find(owner, metric, "")
                        .ifPresent(limit ->
                                before.put(metric.name(), limit.amount().toPlainString()));
                limits.set(owner, metric, amount, UsageLimit.Mode.HARD, "");
                after.put(metric.name(), amount.toPlainString());
            });
            exchange.audit("rate_limit.updated", id, before, after);
            return after;
        });
        exchange.send(Answer.of(
                owner.model(), byModel(exchange.organizationId(), projectId).getOrDefault(owner.model(), Map.of())));
    }

    private static Map<LimitMetric, BigDecimal> wanted(Fields body) {
        Map<LimitMetric, BigDecimal> wanted = new HashMap<>();
        FIELDS.forEach((field, metric) -> {
            Long amount = body.longInteger(field, 0, Long.MAX_VALUE);
            if (amount != null) {
                wanted.put(metric, BigDecimal.valueOf(amount));
            }
        });
        return wanted;
    }

    private Map<String, Map<LimitMetric, UsageLimit>> byModel(String organizationId, String projectId) {
        Map<String, Map<LimitMetric, UsageLimit>> byModel = new HashMap<>();
        for (UsageLimit limit : limits.ofOrganization(organizationId)) {
            if (limit.owner().kind() == LimitOwner.Kind.MODEL
                    && limit.owner().ownerId().equals(projectId)) {
                byModel.computeIfAbsent(limit.owner().model(), _ -> new HashMap<>())
                        .put(limit.metric(), limit);
            }
        }
        return byModel;
    }

    /**
     * The limits of a model in a project; null: not limited.
     *
     * @param maxTokensPer1Day ours
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            String id,
            String model,

            @JsonProperty("max_requests_per_1_minute") @Nullable
            Long maxRequestsPer1Minute,

            @JsonProperty("max_tokens_per_1_minute") @Nullable
            Long maxTokensPer1Minute,

            @JsonProperty("max_requests_per_1_day") @Nullable
            Long maxRequestsPer1Day,

            @JsonProperty("max_tokens_per_1_day") @Nullable Long maxTokensPer1Day) {

        static Answer of(String model, Map<LimitMetric, UsageLimit> limits) {
            return new Answer(
                    "project.rate_limit",
                    ID_PREFIX + model,
                    model,
                    amount(limits, LimitMetric.REQUESTS_PER_MINUTE),
                    amount(limits, LimitMetric.TOKENS_PER_MINUTE),
                    amount(limits, LimitMetric.REQUESTS_PER_DAY),
                    amount(limits, LimitMetric.TOKENS_PER_DAY));
        }

        private static @Nullable Long amount(Map<LimitMetric, UsageLimit> limits, LimitMetric metric) {
            UsageLimit limit = limits.get(metric);
            return limit == null ? null : limit.amount().longValueExact();
        }
    }
}
