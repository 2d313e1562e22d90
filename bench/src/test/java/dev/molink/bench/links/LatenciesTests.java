package dev.molink.bench.links;

import static dev.molink.bench.links.Runs.request;
import static dev.molink.bench.links.Runs.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.fleet.RequestTiming;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatenciesTests {

    @Test
    void measuresEachRequestFromItsArrival() {
        Latencies seen =
                Latencies.of(run(400, request(100, 5, 150, 160, 190), request(200, 5, 300), request(0, 5, 7, 9)));

        assertThat(seen.ttft()).containsExactly(50.0, 100.0, 7.0);
        assertThat(seen.tpot()).containsExactly(20.0, 2.0);
        assertThat(seen.itl()).containsExactly(10.0, 30.0, 2.0);
        assertThat(seen.latency()).containsExactly(90.0, 100.0, 9.0);
    }

    @Test
    void leavesOutWhoGotNothing() {
        RequestTiming unanswered = new RequestTiming(new Arrival(0, 5, 3), List.of());

        assertThat(Latencies.of(run(10, unanswered, request(0, 5, 4))).ttft()).containsExactly(4.0);
    }

    @Test
    void countsWhoKeepsBothLimitsAndGotEverything() {
        ServiceLimits limits = new ServiceLimits(60, 10, 0.5);
        RequestTiming cutShort = new RequestTiming(new Arrival(0, 5, 3), List.of(1L));

        double kept =
                limits.keptBy(run(1000, request(0, 5, 60, 70), request(0, 5, 61, 62), request(0, 5, 10, 21), cutShort));

        assertThat(kept).isEqualTo(0.25);
    }
}
