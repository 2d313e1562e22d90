package dev.molink.bench.links;

import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.fleet.Fleet;
import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.fleet.FleetSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Runs of a fleet whose runs do not disturb each other: as many at a time as there are cores, and none twice. */
final class FleetRuns implements Fleet, AutoCloseable {

    private final Fleet fleet;
    private final ConcurrentMap<Asked, FutureTask<FleetRun>> runs = new ConcurrentHashMap<>();
    private final ExecutorService workers;

    private record Asked(FleetSetting setting, List<Arrival> arrivals) {}

    /** @param fleet may be run by several threads at a time */
    FleetRuns(Fleet fleet, int cores) {
        this.fleet = fleet;
        this.workers = Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().name("fleet-run-", 0).daemon().factory());
    }

    /** The run, which is the one of before where it was asked for before. */
    @Override
    public FleetRun run(FleetSetting setting, List<Arrival> arrivals) throws InterruptedException {
        FutureTask<FleetRun> run = runs.computeIfAbsent(
                new Asked(setting, List.copyOf(arrivals)),
                asked -> new FutureTask<>(() -> fleet.run(asked.setting(), asked.arrivals())));
        run.run(); // does nothing where somebody runs it already
        return result(run);
    }

    /** Does all of it, several at a time, and gives the results in the same order. No task may call this. */
    <T> List<T> all(List<Callable<T>> tasks) throws InterruptedException {
        List<Future<T>> running = tasks.stream().map(workers::submit).toList();
        try {
            List<T> results = new ArrayList<>(tasks.size());
            for (Future<T> task : running) {
                results.add(result(task));
            }
            return results;
        } finally {
            running.forEach(task -> task.cancel(true));
        }
    }

    private static <T> T result(Future<T> task) throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new IllegalStateException("a run failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
