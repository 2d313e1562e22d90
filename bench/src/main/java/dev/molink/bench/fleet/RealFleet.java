package dev.molink.bench.fleet;

import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.pipeline.LocalPipeline;
import dev.molink.stagenode.pipeline.StageOptions;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.simulation.SimulatedDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A fleet on the real clock: simulated devices in this process, and between them everything that is not simulated: head,
 * scheduler, stage loops, codec, transmit queues, frames and gRPC over loopback connections through link relays. Only the
 * devices' computing is waited for, so what runs late here runs late for a reason of our own.
 */
public final class RealFleet implements Fleet {

    /** A run in which nothing was generated for so long is stuck. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Stages report once a second. */
    private static final Duration REPORT_PATIENCE = Duration.ofSeconds(3);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    @Override
    public FleetRun run(FleetSetting setting, List<Arrival> arrivals) throws InterruptedException {
        requireFitting(setting, arrivals);
        try (RelayedLinks links = new RelayedLinks(setting.link());
                LocalPipeline pipeline = start(setting, links)) {
            return new Run(setting, arrivals, links, pipeline).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireFitting(FleetSetting setting, List<Arrival> arrivals) {
        int context = setting.model().contextTokens();
        for (Arrival arrival : arrivals) {
            if (arrival.promptTokens() + arrival.generatedTokens() > context) {
                throw new IllegalArgumentException("a request of %d and %d tokens is longer than the context of %d"
                        .formatted(arrival.promptTokens(), arrival.generatedTokens(), context));
            }
        }
    }

    private static LocalPipeline start(FleetSetting setting, RelayedLinks links)
            throws IOException, InterruptedException {
        return LocalPipeline.simulate(
                setting.model().architecture(),
                setting.model(),
                new SimulatedDevice(setting.device(), setting.tensors()),
                setting.stages(),
                StageOptions.defaults(1),
                HeadSettings.DEFAULT.with(setting.batching(), setting.speculation()),
                links);
    }

    /** One run of a standing pipeline. */
    private static final class Run {

        private final FleetSetting setting;
        private final RelayedLinks links;
        private final LocalPipeline pipeline;
        private final CountDownLatch running;
        private final List<LiveRequest> requests;

        Run(FleetSetting setting, List<Arrival> arrivals, RelayedLinks links, LocalPipeline pipeline) {
            this.setting = setting;
            this.links = links;
            this.pipeline = pipeline;
            CountDownLatch all = new CountDownLatch(arrivals.size());
            this.running = all;
            this.requests = IntStream.range(0, arrivals.size())
                    .mapToObj(number -> new LiveRequest(number, arrivals.get(number), all))
                    .toList();
        }

        FleetRun run() throws InterruptedException {
            List<Long> bytesBefore = links.forwardedBytes();
            long start = System.nanoTime();
            for (LiveRequest request : requests) {
                var message = request.message(setting.model(), setting.seed());
                sleepUntil(start + request.arrival().nanos());
                pipeline.submit(message, request);
            }
            awaitEnd();
            List<RequestTiming> timings =
                    requests.stream().map(request -> request.timing(start)).toList();
            long duration = duration(timings);
            List<Long> bytes = difference(links.forwardedBytes(), bytesBefore);
            return new FleetRun(
                    timings,
                    duration,
                    bytes.stream().map(each -> busyShare(each, duration)).toList(),
                    stageShares(duration),
                    bytes.stream().mapToLong(Long::longValue).sum());
        }

        private static void sleepUntil(long nanos) throws InterruptedException {
            for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("the run was ended");
                }
                LockSupport.parkNanos(left);
            }
        }

        private void awaitEnd() throws InterruptedException {
            long tokensBefore = -1;
            while (!running.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                long tokens = requests.stream().mapToLong(LiveRequest::tokens).sum();
                if (tokens == tokensBefore) {
                    throw new IllegalStateException("%d of %d requests are not through, and no token came for %d s"
                            .formatted(running.getCount(), requests.size(), PATIENCE.toSeconds()));
                }
                tokensBefore = tokens;
            }
        }

        private static long duration(List<RequestTiming> timings) {
            return timings.stream()
                    .mapToLong(timing -> timing.tokenNanos().getLast())
                    .max()
                    .orElse(0);
        }

        private static List<Long> difference(List<Long> after, List<Long> before) {
            List<Long> difference = new ArrayList<>();
            for (int i = 0; i < after.size(); i++) {
                difference.add(after.get(i) - before.get(i));
            }
            return difference;
        }

        private double busyShare(long bytes, long durationNanos) {
            return bytes / setting.link().bytesPerSecond() / (durationNanos / 1e9);
        }

        /** From the reports that come after the end; before the run no stage computed. */
        private List<Double> stageShares(long durationNanos) throws InterruptedException {
            long deadline = System.nanoTime() + REPORT_PATIENCE.toNanos();
            List<StageReport> reports = pipeline.stageReports();
            while (!isComplete(reports, durationNanos) && System.nanoTime() < deadline) {
                Thread.sleep(LOOK_AGAIN);
                reports = pipeline.stageReports();
            }
            return reports.stream()
                    .map(report -> (double) report.busyNanos() / durationNanos)
                    .toList();
        }

        private boolean isComplete(List<StageReport> reports, long durationNanos) {
            return reports.size() == setting.stages()
                    && reports.stream().allMatch(report -> report.wallNanos() >= durationNanos);
        }
    }
}
