package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkerPoolTests {

    /** Forbidden: a part that runs twice, a part that never runs, a part of an older run in a newer one. */
    @Test
    void everyPartOfEveryRunRunsExactlyOnce() {
        try (WorkerPool pool = new WorkerPool(4)) {
            for (int round = 0; round < 20_000; round++) {
                int parts = 1 + round % 9;
                AtomicIntegerArray counts = new AtomicIntegerArray(parts);

                pool.run((part, _) -> counts.incrementAndGet(part), parts);

                for (int part = 0; part < parts; part++) {
                    assertThat(counts.get(part))
                            .as("round %d, part %d", round, part)
                            .isOne();
                }
            }
        }
    }

    @Test
    void noTwoThreadsShareAWorkerNumber() {
        try (WorkerPool pool = new WorkerPool(3)) {
            AtomicIntegerArray busy = new AtomicIntegerArray(3);
            AtomicIntegerArray clashes = new AtomicIntegerArray(1);

            pool.run(
                    (_, worker) -> {
                        if (busy.incrementAndGet(worker) > 1) {
                            clashes.incrementAndGet(0);
                        }
                        busy.decrementAndGet(worker);
                    },
                    10_000);

            assertThat(clashes.get(0)).isZero();
        }
    }

    @Test
    void reportsAFailureOfAWorkerToTheCallerAndWorksOn() {
        try (WorkerPool pool = new WorkerPool(2)) {
            assertThatThrownBy(() -> pool.run(
                            (part, _) -> {
                                if (part == 17) {
                                    throw new ArithmeticException("part 17");
                                }
                            },
                            50))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("part 17");

            AtomicIntegerArray counts = new AtomicIntegerArray(5);
            pool.run((part, _) -> counts.incrementAndGet(part), 5);
            assertThat(counts.get(4)).isOne();
        }
    }
}
