package dev.molink.gateway.administration;

import dev.molink.controlplane.reconciliation.Reconciliations;
import dev.molink.gateway.testing.RouteSample.Registry;
import dev.molink.gateway.testing.RouteSamples;
import java.time.Instant;
import java.util.UUID;

/** Costs, margins and their proof, which are the installation's. */
final class OperatorSamples implements RouteSamples {

    private static final Instant FROM = Instant.ofEpochSecond(1_790_000_000);

    @Override
    public void describe(Registry registry) {
        registry.query("GET /admin/v1/profit", "start_time=%d&end_time=%d".formatted(second(0), second(3600)))
                .variable(
                        "/admin/v1/reconciliation",
                        "runId",
                        (tenant, earlier) -> tenant.bean(Reconciliations.class)
                                .request(FROM, FROM.plusSeconds(3600), "test")
                                .runId())
                .body(
                        "POST /admin/v1/nodes/cost_profiles",
                        (tenant, earlier) ->
                                "{'node_id':'%s','currency':'USD','rent_per_hour':'0.35'}".formatted(UUID.randomUUID()))
                .body(
                        "POST /admin/v1/reconciliation",
                        "{'start_time':%d,'end_time':%d}".formatted(second(0), second(3600)));
    }

    private static long second(int after) {
        return FROM.plusSeconds(after).getEpochSecond();
    }
}
