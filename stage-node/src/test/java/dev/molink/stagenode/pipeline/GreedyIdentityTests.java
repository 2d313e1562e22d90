package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Greedy ids of every Llama fixture, however the engine goes about it: in company, preempted, in pieces of any size,
 * behind a cached prefix, with drafts, over any number of stages. The reference is that of the fixture.
 */
class GreedyIdentityTests {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final Path SHARED =
            Path.of(System.getProperty("molink.shared", "../../shared")).resolve("fixtures/models");

    private static final List<String> CARRIED = FULL
            ? List.of(
                    "llama",
                    "llama-bias-headdim",
                    "llama-linear-rope",
                    "llama-yarn",
                    "llama3-rope",
                    "mistral",
                    "qwen2",
                    "qwen3")
            : List.of("llama", "mistral", "qwen2");

    /** Also Llama's family, in the shared folder alone. */
    private static final List<String> ELSEWHERE = List.of("llama2-mha", "mistral-nemo", "qwen2-yarn");

    /** Ids that make sequences grow by several blocks, for which there is no room together. */
    private static final int LONG = 60;

    private static final int KV_BLOCKS = 12;

    private static final SpeculationOption OFF = new SpeculationOption.Off();

    static Stream<Arguments> pipelines() {
        return models().flatMap(model -> Stream.of(1, 2, 3).map(stages -> Arguments.of(model, stages)));
    }

    private static Stream<GoldenTokens> models() {
        Stream<GoldenTokens> carried = CARRIED.stream().map(GoldenTokens::carried);
        if (!FULL || !Files.isDirectory(SHARED)) {
            return carried;
        }
        return Stream.concat(carried, ELSEWHERE.stream().map(name -> new GoldenTokens(SHARED.resolve(name))));
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void aloneAndBehindACachedPrefix(GoldenTokens golden, int stages) throws Exception {
        try (LocalPipeline pipeline = start(golden, stages, settings(256, OFF), null)) {
            assertGolden(golden, "a", run(pipeline, golden, "a", "first"));
            assertGolden(golden, "b", run(pipeline, golden, "b", "second"));

            Generation again = run(pipeline, golden, "b", "again");

            assertGolden(golden, "b", again);
            assertThat(again.report().getCachedTokens()).isEqualTo(64);
        }
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void inABatchOfSixteen(GoldenTokens golden, int stages) throws Exception {
        try (LocalPipeline pipeline = start(golden, stages, settings(256, OFF), null)) {
            assertAll(pipeline, golden, 16);
        }
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void preemptedAndComputedAgain(GoldenTokens golden, int stages) throws Exception {
        Map<String, List<Integer>> undisturbed = new HashMap<>();
        try (LocalPipeline pipeline = start(golden, stages, settings(256, OFF), null)) {
            for (String sequence : List.of("a", "b")) {
                undisturbed.put(
                        sequence,
                        run(pipeline, golden, sequence, sequence, LONG).tokenIds());
                assertThat(undisturbed.get(sequence).subList(0, 16)).isEqualTo(golden.greedyOf(sequence));
            }
        }
        try (LocalPipeline pipeline = start(golden, stages, settings(256, OFF), KV_BLOCKS)) {
            List<Generation> generations = submit(pipeline, golden, 8, LONG);
            for (int i = 0; i < generations.size(); i++) {
                assertRowsAddUp(generations.get(i).report());
                assertThat(generations.get(i).tokenIds()).isEqualTo(undisturbed.get(sequence(i)));
            }
            Eventually.isTrue(
                    "sequences were preempted",
                    () -> pipeline.figures()
                            .filter(figures -> figures.getPreemptions() > 0)
                            .isPresent());
        }
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void inPiecesOfAnySize(GoldenTokens golden, int stages) throws Exception {
        for (int pieceTokens : List.of(1, 7, 64)) {
            try (LocalPipeline pipeline = start(golden, stages, settings(pieceTokens, OFF), null)) {
                assertAll(pipeline, golden, 2);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void withDrafts(GoldenTokens golden, int stages) throws Exception {
        try (LocalPipeline pipeline = start(golden, stages, settings(64, new SpeculationOption.Fixed(4)), null)) {
            assertAll(pipeline, golden, 4);
            long rows = 0;
            for (String sequence : List.of("a", "b")) {
                RequestReport report =
                        run(pipeline, golden, sequence, "counted-" + sequence).report();
                rows += report.getRows().getVerifiedAccepted()
                        + report.getRows().getVerifiedRejected();
                assertRowsAddUp(report);
            }
            assertThat(rows).as("drafts that were verified").isPositive();
        }
    }

    /** Half of the requests continue one prompt, half the other; all at once. */
    private static void assertAll(LocalPipeline pipeline, GoldenTokens golden, int requests) throws Exception {
        List<Generation> generations = submit(pipeline, golden, requests, 16);
        for (int i = 0; i < requests; i++) {
            assertGolden(golden, sequence(i), generations.get(i));
            assertRowsAddUp(generations.get(i).report());
        }
    }

    private static List<Generation> submit(LocalPipeline pipeline, GoldenTokens golden, int requests, int maxTokens)
            throws IOException {
        List<Generation> generations = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            Generation generation = new Generation();
            generations.add(generation);
            pipeline.submit(Generation.request("r" + i, golden.promptOf(sequence(i)), maxTokens), generation);
        }
        return generations;
    }

    private static String sequence(int request) {
        return request % 2 == 0 ? "a" : "b";
    }

    private static Generation run(LocalPipeline pipeline, GoldenTokens golden, String sequence, String id)
            throws Exception {
        return run(pipeline, golden, sequence, id, 16);
    }

    private static Generation run(
            LocalPipeline pipeline, GoldenTokens golden, String sequence, String id, int maxTokens) throws Exception {
        Generation generation = new Generation();
        pipeline.submit(Generation.request(id, golden.promptOf(sequence), maxTokens), generation);
        generation.report();
        return generation;
    }

    private static void assertGolden(GoldenTokens golden, String sequence, Generation generation) throws Exception {
        assertThat(generation.report().getFailure().getMessage()).isEmpty();
        assertThat(generation.tokenIds())
                .as("%s, sequence %s", golden, sequence)
                .isEqualTo(golden.greedyOf(sequence));
    }

    /** Computed and accepted rows are exactly those that the bill names. */
    private static void assertRowsAddUp(RequestReport report) {
        long needed = report.getPromptTokens() - report.getCachedTokens() + report.getGeneratedTokens(0) - 1L;
        assertThat(report.getRows().getComputed() + report.getRows().getVerifiedAccepted())
                .as("rows of %s", report.getRequestId())
                .isEqualTo(needed);
    }

    private static HeadSettings settings(int pieceTokens, SpeculationOption speculation) {
        SchedulerSettings scheduler = new SchedulerSettings(
                64, 256, 64, pieceTokens, 128, Duration.ofSeconds(30), new BatchingOption.Auto(), speculation);
        return new HeadSettings(scheduler, 1024, Duration.ofMinutes(1));
    }

    /** @param kvBlocks that the stage with most layers has memory for; null leaves it to the stages */
    private static LocalPipeline start(
            GoldenTokens golden, int stages, HeadSettings settings, @Nullable Integer kvBlocks)
            throws IOException, InterruptedException {
        StageOptions options = StageOptions.defaults(1);
        if (kvBlocks != null) {
            options = options.withKvMemory(kvBlocks * golden.kvBlockBytes() * Math.ceilDiv(golden.layers(), stages));
        }
        return LocalPipeline.start(golden.folder().toString(), stages, options, settings);
    }
}
