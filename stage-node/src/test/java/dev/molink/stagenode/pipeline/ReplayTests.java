package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.replay.LogEntry;
import dev.molink.stagenode.replay.MemoryRecorder;
import dev.molink.stagenode.replay.MemoryRecorder.Recorded;
import dev.molink.stagenode.replay.QueueEvent;
import dev.molink.stagenode.replay.Replay;
import dev.molink.stagenode.replay.SchedulerEvent;
import dev.molink.stagenode.replay.StageEvent;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A real pipeline, with its threads, clocks and sockets, decides nothing that its events do not say. */
class ReplayTests {

    private static final int STAGES = 3;
    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 60 : 12;
    private static final int KV_BLOCKS = 30;

    private final MemoryRecorder recorder = new MemoryRecorder();

    @Test
    void decidesTheSameAgainFromTheEventsOfARealRun() throws Exception {
        try (LocalPipeline pipeline = start()) {
            serveAll(pipeline);
        }

        assertThat(recorder.recorded()).hasSize(1 + STAGES + STAGES);
        assertThat(recorder.recorded()).allSatisfy(Recorded::assertReplays);
        long decisions = recorder.recorded().stream()
                .mapToLong(log -> log.count(SchedulerEvent.PlanAsked.class)
                        + log.count(StageEvent.DecisionAsked.class)
                        + log.count(QueueEvent.DecisionAsked.class))
                .sum();
        assertThat(decisions).isGreaterThan(20L * REQUESTS);
    }

    @Test
    void noticesAnEventThatIsLeftOut() throws Exception {
        try (LocalPipeline pipeline = start()) {
            serveAll(pipeline);
        }
        List<LogEntry<Scheduler>> complete = schedulerLog();

        List<LogEntry<Scheduler>> withoutARequest = new ArrayList<>(complete);
        LogEntry<Scheduler> request = complete.stream()
                .filter(entry -> entry.event() instanceof SchedulerEvent.RequestCame)
                .findFirst()
                .orElseThrow();
        withoutARequest.remove(request);

        Recorded<?> log = recorder.recorded().stream()
                .filter(each -> each.name().equals("scheduler"))
                .findFirst()
                .orElseThrow();
        assertThat(Replay.firstDifference(
                        withoutARequest, (Scheduler) log.fresh().get()))
                .isPresent();
    }

    @SuppressWarnings("unchecked") // the name says of which machine the log is
    private List<LogEntry<Scheduler>> schedulerLog() {
        return recorder.recorded().stream()
                .filter(each -> each.name().equals("scheduler"))
                .map(each -> ((Recorded<Scheduler>) each).entries())
                .findFirst()
                .orElseThrow();
    }

    private static void serveAll(LocalPipeline pipeline) throws Exception {
        List<Mixed> running = new ArrayList<>();
        List<Integer> golden = GoldenTokens.prompt("a");
        for (int i = 0; i < REQUESTS; i++) {
            List<Integer> prompt = new ArrayList<>();
            for (int at = 0; at < 5 + 17 * (i % 6); at++) {
                prompt.add(golden.get((i + at) % golden.size()));
            }
            Mixed request = new Mixed(pipeline, "r" + i, i % 4 == 3 ? 3 : Integer.MAX_VALUE);
            pipeline.submit(
                    Generation.request("r" + i, prompt, 4 + 9 * (i % 5)).toBuilder()
                            .setChoices(1 + i % 2)
                            .build(),
                    request);
            running.add(request);
        }
        for (Mixed each : running) {
            each.report.get(60, TimeUnit.SECONDS);
        }
    }

    /** Little room, small pieces and drafts, so that there is preemption, chunked prefill and verification. */
    private LocalPipeline start() throws Exception {
        SchedulerSettings scheduler = new SchedulerSettings(
                64,
                1024,
                16,
                16,
                128,
                Duration.ofSeconds(30),
                new BatchingOption.Auto(),
                new SpeculationOption.Fixed(3));
        GoldenTokens llama = GoldenTokens.carried("llama");
        return LocalPipeline.start(
                llama.folder().toString(),
                STAGES,
                StageOptions.defaults(1).withKvMemory(KV_BLOCKS * llama.kvBlockBytes()),
                new HeadSettings(scheduler, 1024, Duration.ofMinutes(1)).with(recorder));
    }

    /** Cancelled after so many ids. */
    private static final class Mixed implements LocalPipeline.Listener {

        private final LocalPipeline pipeline;
        private final String id;
        private final int cancelAfter;
        private final AtomicInteger generated = new AtomicInteger();
        private final CompletableFuture<RequestReport> report = new CompletableFuture<>();

        Mixed(LocalPipeline pipeline, String id, int cancelAfter) {
            this.pipeline = pipeline;
            this.id = id;
            this.cancelAfter = cancelAfter;
        }

        @Override
        public void generated(GenerateEvent event) {
            if (generated.addAndGet(event.getTokenIdsCount()) >= cancelAfter) {
                pipeline.cancel(id, CancelReason.CANCEL_REASON_CLIENT_GONE);
            }
        }

        @Override
        public void finished(RequestReport last) {
            report.complete(last);
        }
    }
}
