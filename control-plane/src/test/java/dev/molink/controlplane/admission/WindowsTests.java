package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows begin and end where the zone's clock says, across the changes of daylight saving time. */
class WindowsTests {

    private static final LimitOwner OWNER = LimitOwner.project("proj_1");
    private final Windows berlin = new Windows(ZoneId.of("Europe/Berlin"));

    @ParameterizedTest
    @CsvSource({
        "REQUESTS_PER_MINUTE, 2026-11-21T12:00:59.999999999Z, 2026-11-21T12:00:00Z, 2026-11-21T12:01:00Z",
        "REQUESTS_PER_MINUTE, 2026-11-21T12:01:00Z, 2026-11-21T12:01:00Z, 2026-11-21T12:02:00Z",
        // a day of 23 hours, and one of 25
        "TOKENS_PER_DAY, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "TOKENS_PER_DAY, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "BUDGET_PER_MONTH, 2026-03-31T21:59:59Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
        "BUDGET_PER_MONTH, 2026-03-31T22:00:00Z, 2026-03-31T22:00:00Z, 2026-04-30T22:00:00Z",
        "BUDGET_PER_MONTH, 2028-02-29T12:00:00Z, 2028-01-31T23:00:00Z, 2028-02-29T23:00:00Z"
    })
    void beginAndEndByTheZonesClock(LimitMetric metric, Instant at, Instant start, Instant end) {
        Bound bound = berlin.bound(OWNER, metric, "", at);

        assertThat(bound).isEqualTo(new Bound(OWNER, metric, "", start, end));
        assertThat(berlin.bound(OWNER, metric, "", at)).isEqualTo(bound);
        assertThat(berlin.after(bound)).isEqualTo(berlin.bound(OWNER, metric, "", end));
    }

    @Test
    void aJumpOfTheMachinesClockChangesNothing() {
        long[] nanos = {0};
        Instant[] wall = {Instant.parse("2026-11-21T12:00:00Z")};
        DatabaseTime time = new DatabaseTime(() -> wall[0], () -> nanos[0]);
        nanos[0] += 2_000_000;
        time.observe(Instant.parse("2026-11-21T12:30:00Z"), 0);

        wall[0] = wall[0].plus(Duration.ofHours(1));
        nanos[0] += 5_000_000;

        assertThat(time.now()).isEqualTo(Instant.parse("2026-11-21T12:30:00.006Z"));
    }
}
