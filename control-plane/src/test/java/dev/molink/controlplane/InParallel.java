package dev.molink.controlplane;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Several threads that start at the same moment. */
public final class InParallel {

    /** What one of the threads does. */
    public interface Task<T> {
        T run(int number) throws Exception;
    }

    private InParallel() {}

    /** Runs {@code task} on each of {@code threads} threads and returns what they returned, by their number. */
    public static <T> List<T> run(int threads, Task<T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        List<T> answers = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<T>> running = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                int mine = number;
                running.add(pool.submit(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    return task.run(mine);
                }));
            }
            for (Future<T> each : running) {
                answers.add(each.get(30, TimeUnit.SECONDS));
            }
        }
        return answers;
    }
}
