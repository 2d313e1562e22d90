package dev.molink.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.journal.OpenRequest;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.gateway.auth.ApiCaller;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What becomes part of a usage record at a request's end. */
class SettledRequestTests {

    private static final Instant SUBMITTED = Instant.parse("2026-11-21T10:00:00Z");
    private static final Accounting ACCOUNTING = Accounting.of(
            new ApiCaller("key_7", "proj_7", "org_7", false, false, KeyScope.ANY),
            "/v1/completions",
            true,
            "user-7",
            "flex",
            "price_7");

    @Test
    void whatAKilledGatewayLeftKeepsTheServiceTierOfItsRequest() {
        OpenRequest request = new OpenRequest("req_left", "molink-demo", "main", "", 17, 2, SUBMITTED);

        UsageRecord usage = SettledRequest.left(request, ACCOUNTING, SUBMITTED.plusSeconds(10));

        assertThat(usage.origin().serviceTier()).isEqualTo("flex");
        assertThat(usage.endUser()).isEqualTo("user-7");
        assertThat(usage.priceRuleId()).isEqualTo("price_7");
    }
}
