package dev.molink.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.journal.OpenRequest;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageTimes;
import dev.molink.gateway.auth.ApiCaller;
import dev.molink.proto.node.v1.RequestReport;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes part of a usage record at a request's end. */
class SettledRequestTests {

    private static final Instant SUBMITTED = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant REPORTED = SUBMITTED.plusSeconds(3);
    private static final Accounting ACCOUNTING = Accounting.of(
            new ApiCaller("key_7", "proj_7", "org_7", false, false, KeyScope.ANY),
            "/v1/completions",
            true,
            "user-7",
            "flex",
            "price_7",
            SUBMITTED);

    @Test
    void whatAKilledGatewayLeftKeepsTheServiceTierOfItsRequest() {
        OpenRequest request = new OpenRequest("req_left", "molink-demo", "main", "", 17, 2, SUBMITTED);

        UsageRecord usage = SettledRequest.left(request, ACCOUNTING, SUBMITTED.plusSeconds(10));

        assertThat(usage.origin().serviceTier()).isEqualTo("flex");
        assertThat(usage.endUser()).isEqualTo("user-7");
        assertThat(usage.priceRuleId()).isEqualTo("price_7");
    }

    /** A clock that is behind would book the request into a month that is over, or into 1970. */
    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "2026-10-31T23:59:00Z", "2026-11-21T09:59:59.9Z"})
    void aRequestBeginsWhenTheGatewayTookItWhenTheHeadsClockIsBehind(Instant received) {
        UsageRecord usage = SettledRequest.byHead(report(received), ACCOUNTING, null, REPORTED);

        assertThat(usage.receivedAt()).isEqualTo(SUBMITTED);
        assertThat(usage.firstTokenAt()).isEqualTo(SUBMITTED.plusMillis(350));
        assertThat(usage.finishedAt()).isEqualTo(SUBMITTED.plusSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-21T10:00:01.1Z", "2026-12-01T00:00:00Z", "2200-01-01T00:00:00Z"})
    void aRequestEndsWhenItsReportComesWhenTheHeadsClockIsAhead(Instant received) {
        UsageRecord usage = SettledRequest.byHead(report(received), ACCOUNTING, null, REPORTED);

        assertThat(usage.finishedAt()).isEqualTo(REPORTED);
        assertThat(usage.firstTokenAt()).isEqualTo(REPORTED.minusMillis(1650));
        assertThat(usage.receivedAt()).isEqualTo(REPORTED.minusSeconds(2));
    }

    @Test
    void whatTheHeadsClockSaysHoldsWhereItCanBeTrue() {
        Instant received = SUBMITTED.plusMillis(20);

        UsageRecord early = SettledRequest.byHead(report(received), ACCOUNTING, null, REPORTED);
        UsageRecord late =
                SettledRequest.byHead(report(received), ACCOUNTING, null, REPORTED.plus(Duration.ofDays(40)));

        assertThat(early.times())
                .isEqualTo(new UsageTimes(received, received.plusMillis(350), received.plusSeconds(2)))
                .isEqualTo(late.times());
    }

    private static RequestReport report(Instant received) {
        return RequestReport.newBuilder()
                .setRequestId("req_7")
                .setReceivedUnixNanos(nanos(received))
                .setFirstTokenUnixNanos(nanos(received.plusMillis(350)))
                .setFinishedUnixNanos(nanos(received.plusSeconds(2)))
                .build();
    }

    private static long nanos(Instant instant) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, instant);
    }
}
