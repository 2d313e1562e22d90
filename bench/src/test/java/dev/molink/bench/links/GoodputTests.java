package dev.molink.bench.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.links.Goodput.Found;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoodputTests {

    /** One request each tenth of a second, evenly. */
    private final Workload even = new Workload(
            "even",
            IntStream.range(0, 1000)
                    .mapToObj(i -> new Arrival(i * 100L * Runs.MILLI, 10, 5))
                    .toList(),
            1);

    private Found found(long serviceMillis, ServiceLimits limits, double first) throws InterruptedException {
        return new Goodput((_, arrivals) -> Runs.queue(arrivals, serviceMillis), even, limits, 400, 0.01, first)
                .of(Runs.SETTING);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 7, 900})
    void findsTheRateThatOneServerKeepsUpWith(double first) throws InterruptedException {
        // Played faster, the arrivals stay even: 20 ms each are kept up with at 50 a second, and not beyond.
        Found found = found(20, new ServiceLimits(100, 10, 0.9), first);

        assertThat(found.requestsPerSecond()).isCloseTo(50, within(2.5));
        assertThat(found.tried())
                .isSortedAccordingTo(
                        (one, other) -> Double.compare(one.requestsPerSecond(), other.requestsPerSecond()));
        assertThat(found.run().requests()).hasSize(400);
    }

    @Test
    void isZeroWhereSingleRequestsBreakTheLimits() throws InterruptedException {
        Found found = found(200, new ServiceLimits(100, 10, 0.9), 0.02);

        assertThat(found.requestsPerSecond()).isZero();
        assertThat(found.tried()).hasSize(3);
    }

    @Test
    void asksForTheTokensBehindTheFirstToo() throws InterruptedException {
        assertThat(found(20, new ServiceLimits(100, 9.9, 0.9), 1).requestsPerSecond())
                .isZero();
    }
}
