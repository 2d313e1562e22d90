package dev.molink.gateway.administration.alerts;

import dev.molink.controlplane.alerts.SpendAlerts;
import dev.molink.controlplane.alerts.Webhooks;
import dev.molink.gateway.testing.RouteSample.Registry;
import dev.molink.gateway.testing.RouteSamples;
import dev.molink.gateway.testing.Tenant;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Webhooks and spend alerts. */
final class AlertSamples implements RouteSamples {

    private static final String ORGANIZATION = "/v1/organization/spend_alerts";
    private static final String PROJECT = "/v1/organization/projects/{project_id}/spend_alerts";
    /** Nothing leaves the machine: an address of its own is refused before anything connects. */
    private static final String REFUSED = "https://127.0.0.1:9/";

    private static final String SUM = "{'threshold_amount':1000}";

    @Override
    public void describe(Registry registry) {
        registry.variable(
                        "/admin/v1/webhooks",
                        "webhook_id",
                        (tenant, earlier) -> tenant.bean(Webhooks.class)
                                .create(tenant.organizationId(), "pager", REFUSED, Set.of())
                                .webhook()
                                .webhookId())
                .variable(ORGANIZATION, "spend_alert_id", (tenant, earlier) -> spendAlert(tenant, null))
                .variable(
                        "/v1/organization/projects/",
                        "spend_alert_id",
                        (tenant, earlier) -> spendAlert(tenant, earlier.get("project_id")))
                .body("POST /admin/v1/webhooks", "{'name':'pager','url':'" + REFUSED + "'}")
                .body("POST /admin/v1/webhooks/{webhook_id}/test", "{}")
                .body("POST " + ORGANIZATION, SUM)
                .body("POST " + ORGANIZATION + "/{spend_alert_id}", SUM)
                .body("POST " + PROJECT, SUM)
                .body("POST " + PROJECT + "/{spend_alert_id}", SUM);
    }

    private static String spendAlert(Tenant tenant, @Nullable String projectId) {
        return tenant.bean(SpendAlerts.class)
                .create(tenant.organizationId(), projectId, BigDecimal.TEN, "USD")
                .spendAlertId();
    }
}
