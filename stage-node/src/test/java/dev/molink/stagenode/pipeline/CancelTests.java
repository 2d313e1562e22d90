package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.RowCounts;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.journal.RequestCounts.Rows;
import dev.molink.stagenode.pipeline.LocalPipeline.Observer;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests that are cancelled anywhere: waiting, in the middle of their prompt, of their answer, or just finished. */
class CancelTests {

    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 200 : 20;
    private static final int STAGES = 3;
    private static final int KV_BLOCKS = 40;

    private final List<Map<String, RequestCounts>> counts = new ArrayList<>();

    @Test
    void freesAllStagesAndLeavesEqualCountsEverywhere() throws Exception {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("CancelTests: seed %d (-Dmolink.test.seed)%n", seed);
        Random random = new Random(seed);
        try (LocalPipeline pipeline = start()) {
            List<Cancelled> running = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                running.add(submit(pipeline, "r" + i, random));
            }
            List<RequestReport> reports = new ArrayList<>();
            for (Cancelled each : running) {
                reports.add(each.report.get(60, TimeUnit.SECONDS));
            }

            Eventually.isTrue("all KV blocks are free", () -> pipeline.status().kvBlocksUsed() == 0);
            Eventually.isTrue("no stage holds a sequence", () -> pipeline.sequencesHeld() == 0);
            Map<String, Rows> reported = reported(reports);
            for (int stage = 0; stage < STAGES; stage++) {
                Map<String, RequestCounts> ofStage = counts.get(stage);
                Eventually.isTrue(
                        "stage %d has counted what the head reports".formatted(stage),
                        () -> rows(ofStage).equals(reported));
            }
            reports.forEach(CancelTests::assertRowsAddUp);
            assertServes(pipeline);
        }
    }

    private static void assertServes(LocalPipeline pipeline) throws Exception {
        Generation normal = new Generation();
        pipeline.submit(Generation.request("normal", GoldenTokens.prompt("a"), 16), normal);
        normal.report();
        assertThat(normal.tokenIds()).isEqualTo(GoldenTokens.greedy("a"));
    }

    /** Of those that were cancelled too late. */
    private static void assertRowsAddUp(RequestReport report) {
        if (!report.getFinishList().stream().allMatch(FinishReason.FINISH_REASON_LENGTH::equals)) {
            return;
        }
        long needed = (long) report.getPromptTokens() - report.getCachedTokens();
        for (int generated : report.getGeneratedTokensList()) {
            needed += Math.max(0, generated - 1);
        }
        assertThat(report.getRows().getComputed() + report.getRows().getVerifiedAccepted())
                .as("rows of %s", report.getRequestId())
                .isEqualTo(needed);
    }

    private static Map<String, Rows> reported(List<RequestReport> reports) {
        Map<String, Rows> rows = new TreeMap<>();
        for (RequestReport report : reports) {
            RowCounts of = report.getRows();
            rows.put(
                    report.getRequestId(),
                    new Rows(
                            of.getComputed(),
                            of.getRecomputed(),
                            of.getReplayed(),
                            of.getVerifiedAccepted(),
                            of.getVerifiedRejected(),
                            of.getDiscarded()));
        }
        rows.values().removeIf(Rows.NONE::equals);
        return rows;
    }

    private static Map<String, Rows> rows(Map<String, RequestCounts> counts) {
        Map<String, Rows> rows = new TreeMap<>();
        counts.forEach((request, of) -> rows.put(request, of.rows()));
        rows.values().removeIf(Rows.NONE::equals);
        return rows;
    }

    /** A request with one to three choices, cancelled after a random number of ids: at once where it is 0. */
    private static Cancelled submit(LocalPipeline pipeline, String id, Random random) throws IOException {
        List<Integer> golden = GoldenTokens.prompt("a");
        int first = random.nextInt(golden.size());
        List<Integer> prompt = IntStream.range(0, 1 + random.nextInt(120))
                .mapToObj(at -> golden.get((first + at) % golden.size()))
                .toList();
        GenerateRequest request = Generation.request(id, prompt, 1 + random.nextInt(100)).toBuilder()
                .setChoices(1 + random.nextInt(3))
                .build();
        Cancelled cancelled = new Cancelled(pipeline, id, random.nextInt(60));
        pipeline.submit(request, cancelled);
        if (cancelled.after == 0) {
            pipeline.cancel(id, CancelReason.CANCEL_REASON_CLIENT_GONE);
        }
        return cancelled;
    }

    private static final class Cancelled implements LocalPipeline.Listener {

        private final LocalPipeline pipeline;
        private final String id;
        private final int after;
        private final AtomicInteger generated = new AtomicInteger();
        private final CompletableFuture<RequestReport> report = new CompletableFuture<>();

        Cancelled(LocalPipeline pipeline, String id, int after) {
            this.pipeline = pipeline;
            this.id = id;
            this.after = after;
        }

        @Override
        public void generated(GenerateEvent event) {
            if (generated.addAndGet(event.getTokenIdsCount()) == after) {
                pipeline.cancel(id, CancelReason.CANCEL_REASON_CLIENT_GONE);
            }
        }

        @Override
        public void finished(RequestReport last) {
            report.complete(last);
        }
    }

    /** Little room, small pieces and drafts, so that rows of every cause come about. */
    private LocalPipeline start() throws Exception {
        for (int stage = 0; stage < STAGES; stage++) {
            counts.add(new ConcurrentHashMap<>());
        }
        SchedulerSettings scheduler = new SchedulerSettings(
                64,
                1024,
                16,
                16,
                128,
                Duration.ofSeconds(30),
                new BatchingOption.Auto(),
                new SpeculationOption.Fixed(3));
        Observer observer = new Observer() {
            @Override
            public void counted(int stage, RequestCounts difference) {
                counts.get(stage).merge(difference.requestId(), difference, RequestCounts::plus);
            }
        };
        GoldenTokens llama = GoldenTokens.carried("llama");
        return LocalPipeline.start(
                llama.folder().toString(),
                STAGES,
                StageOptions.defaults(1).withKvMemory(KV_BLOCKS * llama.kvBlockBytes()),
                new HeadSettings(scheduler, 1024, Duration.ofMinutes(1)),
                observer);
    }
}
