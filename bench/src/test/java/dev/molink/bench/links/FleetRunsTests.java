package dev.molink.bench.links;

import static dev.molink.bench.links.Runs.request;
import static dev.molink.bench.links.Runs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.fleet.FleetRun;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetRunsTests {

    private static final FleetRun RUN = run(10, request(0, 1, 5));

    private static List<Arrival> at(int nanos) {
        return List.of(new Arrival(nanos, 1, 1));
    }

    @Test
    void runsNothingTwice() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();

        try (FleetRuns fleet = new FleetRuns(
                (_, _) -> {
                    runs.incrementAndGet();
                    return RUN;
                },
                4)) {
            fleet.all(IntStream.range(0, 60)
                    .<Callable<FleetRun>>mapToObj(i -> () -> fleet.run(Runs.SETTING, at(i % 3)))
                    .toList());
        }

        assertThat(runs).hasValue(3);
    }

    @Test
    void runsSeveralAtATimeAndKeepsTheOrder() throws InterruptedException {
        CountDownLatch together = new CountDownLatch(2);

        try (FleetRuns fleet = new FleetRuns((_, _) -> RUN, 2)) {
            List<Boolean> met = fleet.all(List.of(() -> meet(together), () -> meet(together)));
            List<Integer> ordered = fleet.all(IntStream.range(0, 50)
                    .<Callable<Integer>>mapToObj(i -> () -> i)
                    .toList());

            assertThat(met).containsOnly(true);
            assertThat(ordered).isSorted().hasSize(50);
        }
    }

    private static boolean meet(CountDownLatch together) throws InterruptedException {
        together.countDown();
        return together.await(10, TimeUnit.SECONDS);
    }

    @Test
    void saysWhyARunFailed() {
        try (FleetRuns fleet = new FleetRuns(
                (_, _) -> {
                    throw new IllegalStateException("request 3 of 5 failed");
                },
                1)) {
            assertThatThrownBy(() -> fleet.run(Runs.SETTING, at(0)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("request 3 of 5 failed");
        }
    }
}
