package dev.molink.gateway.quota;

import dev.molink.controlplane.admission.LimitMetric;
import dev.molink.controlplane.admission.LimitOwner;
import dev.molink.controlplane.admission.UsageLimit.Mode;
import dev.molink.controlplane.admission.UsageLimits;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.testing.RouteSample.Registry;
import dev.molink.gateway.testing.RouteSamples;
import dev.molink.gateway.testing.Tenant;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.UUID;

/** Limits, rate limits and spend limits. */
final class LimitSamples implements RouteSamples {

    private static final String RATE_LIMIT = "/v1/organization/projects/{project_id}/rate_limits";

    @Override
    public void describe(Registry registry) {
        registry.variable("/admin/v1/limits", "limit_id", (tenant, earlier) -> limit(tenant))
                .variable(RATE_LIMIT, "rate_limit_id", (tenant, earlier) -> "rl-demo")
                .body("POST " + RATE_LIMIT + "/{*rate_limit_id}", "{'max_requests_per_1_minute':60}")
                .body(
                        "POST /admin/v1/limits",
                        (tenant, earlier) ->
                                "{'owner':'project','owner_id':'%s','metric':'tokens_per_day','amount':'10'}"
                                        .formatted(project(tenant)))
                .given(
                        "DELETE /v1/organization/spend_limit",
                        (tenant, variables) -> spendLimit(tenant, LimitOwner.organization(tenant.organizationId())))
                .given(
                        "DELETE /v1/organization/projects/{project_id}/spend_limit",
                        (tenant, variables) -> spendLimit(
                                tenant, LimitOwner.project(Objects.requireNonNull(variables.get("project_id")))))
                .body("POST /v1/organization/spend_limit", "{'threshold_amount':1250}")
                .body("POST /v1/organization/projects/{project_id}/spend_limit", "{'threshold_amount':1250}");
    }

    /** Of a project of the tenant, so that not only the operator may change it. */
    private static String limit(Tenant tenant) {
        return tenant.bean(UsageLimits.class)
                .set(LimitOwner.project(project(tenant)), LimitMetric.TOKENS_PER_DAY, BigDecimal.TEN, Mode.HARD, "")
                .limitId();
    }

    private static String project(Tenant tenant) {
        return tenant.bean(Tenancy.class)
                .addProject(tenant.organizationId(), "limited-" + UUID.randomUUID(), true)
                .projectId();
    }

    private static void spendLimit(Tenant tenant, LimitOwner owner) {
        tenant.bean(UsageLimits.class).set(owner, LimitMetric.BUDGET_PER_MONTH, BigDecimal.TEN, Mode.HARD, "USD");
    }
}
