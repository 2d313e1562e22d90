package dev.molink.gateway.administration;

import dev.molink.gateway.testing.RouteSample.Registry;
import dev.molink.gateway.testing.RouteSamples;

/** Queries of usage and costs, which need to know from when. */
final class UsageQuerySamples implements RouteSamples {

    @Override
    public void describe(Registry registry) {
        registry.query("GET /v1/organization/usage/completions", "start_time=1790000000&limit=3")
                .query("GET /v1/organization/costs", "start_time=1790000000&limit=3");
    }
}
