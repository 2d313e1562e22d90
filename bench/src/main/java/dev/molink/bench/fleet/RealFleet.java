package dev.molink.bench.fleet;

import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.pipeline.LocalPipeline;
import dev.molink.stagenode.pipeline.StageOptions;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.simulation.SimulatedDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
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
    private static final Duration REPORT_PATIENCE = Duration.ofSeconds(20);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /** Until as many prompts have passed, parts of the code are not compiled, and one needs up to three times as long. */
    private static final int WARM_UP_REQUESTS = 48;

    private static final int WARM_UP_TOKENS = 1024;

    private final int warmUpRequests;

    public RealFleet() {
        this(WARM_UP_REQUESTS);
    }

    /** @param warmUpRequests that are served before each trace */
    public RealFleet(int warmUpRequests) {
        this.warmUpRequests = warmUpRequests;
    }

    @Override
    public FleetRun run(FleetSetting setting, List<Arrival> arrivals) throws InterruptedException {
        requireFitting(setting, arrivals);
        try (RelayedLinks links = new RelayedLinks(setting.link());
                LocalPipeline pipeline = start(setting, Math.max(arrivals.size(), warmUpRequests), links)) {
            Run run = new Run(setting, links, pipeline);
            run.serve("warm-up", warmUp(setting));
            return run.measured(arrivals);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Arrival> warmUp(FleetSetting setting) {
        int tokens = Math.min(WARM_UP_TOKENS, setting.model().contextTokens() / 2);
        return Collections.nCopies(warmUpRequests, new Arrival(0, tokens, 16));
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

    private static LocalPipeline start(FleetSetting setting, int requests, RelayedLinks links)
            throws IOException, InterruptedException {
        SchedulerSettings scheduler = SchedulerSettings.DEFAULT.with(setting.batching(), setting.speculation());
        WireOptions wire = new WireOptions(new CodecOption.Fixed(setting.codec()), setting.policy());
        return LocalPipeline.simulate(
                setting.model().architecture(),
                setting.model(),
                new SimulatedDevice(setting.device(), setting.tensors()),
                setting.stages(),
                StageOptions.defaults(1),
                new HeadSettings(
                                withRoomFor(requests, scheduler),
                                Math.max(HeadSettings.DEFAULT.commandCapacity(), requests),
                                HeadSettings.DEFAULT.stepTimeout())
                        .with(wire),
                links);
    }

    /** No request of a trace is refused because others wait. */
    private static SchedulerSettings withRoomFor(int requests, SchedulerSettings settings) {
        return new SchedulerSettings(
                settings.maxRunning(),
                Math.max(settings.maxWaiting(), requests),
                settings.decodeBatch(),
                settings.maxStepTokens(),
                settings.maxLogitRows(),
                settings.batchPatience(),
                settings.batching(),
                settings.speculation());
    }

    /** What is served by one standing pipeline. */
    private static final class Run {

        private final FleetSetting setting;
        private final RelayedLinks links;
        private final LocalPipeline pipeline;
        private final long formedNanos = System.nanoTime();

        Run(FleetSetting setting, RelayedLinks links, LocalPipeline pipeline) {
            this.setting = setting;
            this.links = links;
            this.pipeline = pipeline;
        }

        FleetRun measured(List<Arrival> arrivals) throws InterruptedException {
            List<Long> busyBefore = busyNanos();
            List<Long> bytesBefore = links.forwardedBytes();
            List<RequestTiming> timings = serve("trace", arrivals);
            List<Long> bytes = differences(links.forwardedBytes(), bytesBefore);
            List<Long> busy = differences(busyNanos(), busyBefore);
            long duration = duration(timings);
            double rate = setting.link().bytesPerSecond();
            return new FleetRun(
                    timings,
                    duration,
                    bytes.stream().map(each -> each / rate * 1e9 / duration).toList(),
                    busy.stream().map(each -> (double) each / duration).toList(),
                    bytes.stream().mapToLong(Long::longValue).sum());
        }

        /** Submits each request at its time and waits for the end of all. */
        List<RequestTiming> serve(String name, List<Arrival> arrivals) throws InterruptedException {
            CountDownLatch running = new CountDownLatch(arrivals.size());
            List<LiveRequest> requests = IntStream.range(0, arrivals.size())
                    .mapToObj(number -> new LiveRequest(name, number, arrivals.get(number), running))
                    .toList();
            long start = System.nanoTime();
            for (LiveRequest request : requests) {
                GenerateRequest message = request.message(setting.model(), setting.seed());
                sleepUntil(start + request.arrival().nanos());
                pipeline.submit(message, request);
            }
            awaitEnd(requests, running);
            return requests.stream().map(request -> request.timing(start)).toList();
        }

        private static void sleepUntil(long nanos) throws InterruptedException {
            for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("the run was ended");
                }
                LockSupport.parkNanos(left);
            }
        }

        private static void awaitEnd(List<LiveRequest> requests, CountDownLatch running) throws InterruptedException {
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

        private static List<Long> differences(List<Long> after, List<Long> before) {
            return IntStream.range(0, after.size())
                    .mapToObj(i -> after.get(i) - before.get(i))
                    .toList();
        }

        /** Time that each stage has computed since the formation, from reports that were made after this call. */
        private List<Long> busyNanos() throws InterruptedException {
            long age = System.nanoTime() - formedNanos;
            long deadline = System.nanoTime() + REPORT_PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                List<StageReport> reports = pipeline.stageReports();
                if (reports.size() == setting.stages()
                        && reports.stream().allMatch(report -> report.wallNanos() >= age)) {
                    return reports.stream().map(StageReport::busyNanos).toList();
                }
                Thread.sleep(LOOK_AGAIN);
            }
            throw new IllegalStateException(
                    "the stages did not report within %d s".formatted(REPORT_PATIENCE.toSeconds()));
        }
    }
}
