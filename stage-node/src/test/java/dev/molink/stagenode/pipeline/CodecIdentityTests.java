package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.io.IOException;
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
 * Greedy ids with each codec and cut, however the engine goes about it: those of a sequence alone with the same codec and
 * cuts. With f32 these are the fixture's own, whatever the cuts.
 */
class CodecIdentityTests {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final List<String> MODELS = FULL ? List.of("llama", "mistral", "qwen2", "qwen3") : List.of("llama");
    private static final int TOKENS = 60;
    private static final int REQUESTS = 8;

    /** For some of the sequences at once, so that others are preempted. */
    private static final int FEW_KV_BLOCKS = 12;

    private static final SpeculationOption OFF = new SpeculationOption.Off();

    static Stream<Arguments> pipelines() {
        return MODELS.stream()
                .map(GoldenTokens::carried)
                .flatMap(golden -> Stream.of(ActivationCodec.values())
                        .flatMap(codec -> Stream.of(2, 3).map(stages -> Arguments.of(golden, codec, stages))));
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void idsDependOnCodecAndCutsAlone(GoldenTokens golden, ActivationCodec codec, int stages) throws Exception {
        Map<String, List<Integer>> alone = new HashMap<>();
        try (LocalPipeline pipeline = start(golden, stages, settings(codec, 256, OFF), null)) {
            for (String sequence : List.of("a", "b")) {
                Generation generation = submit(pipeline, golden, sequence, "alone-" + sequence);
                assertThat(generation.report().getFailure().getMessage()).isEmpty();
                assertThat(generation.report().getCodec()).isEqualTo(codec.toString());
                alone.put(sequence, generation.tokenIds());
            }
            assertAll("behind a cached prefix and in a batch", pipeline, golden, alone);
        }
        if (codec == ActivationCodec.F32) {
            assertThat(alone.getOrDefault("a", List.of()).subList(0, 16)).isEqualTo(golden.greedyOf("a"));
            assertThat(alone.getOrDefault("b", List.of()).subList(0, 16)).isEqualTo(golden.greedyOf("b"));
        }
        try (LocalPipeline pipeline = start(golden, stages, settings(codec, 256, OFF), FEW_KV_BLOCKS)) {
            assertAll("preempted", pipeline, golden, alone);
            Eventually.isTrue(
                    "sequences were preempted",
                    () -> pipeline.figures()
                            .filter(figures -> figures.getPreemptions() > 0)
                            .isPresent());
        }
        for (int pieceTokens : List.of(1, 7, 64)) {
            try (LocalPipeline pipeline = start(golden, stages, settings(codec, pieceTokens, OFF), null)) {
                assertAll("in pieces of %d".formatted(pieceTokens), pipeline, golden, alone);
            }
        }
        SpeculationOption drafts = new SpeculationOption.Fixed(4);
        try (LocalPipeline pipeline = start(golden, stages, settings(codec, 64, drafts), null)) {
            assertAll("with drafts", pipeline, golden, alone);
        }
    }

    private static void assertAll(
            String how, LocalPipeline pipeline, GoldenTokens golden, Map<String, List<Integer>> expected)
            throws Exception {
        List<Generation> generations = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            generations.add(submit(pipeline, golden, sequence(i), "%s-%d".formatted(how, i)));
        }
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(generations.get(i).report().getFailure().getMessage()).isEmpty();
            assertThat(generations.get(i).tokenIds())
                    .as("%s: sequence %s", how, sequence(i))
                    .isEqualTo(expected.get(sequence(i)));
        }
    }

    private static String sequence(int request) {
        return request % 2 == 0 ? "a" : "b";
    }

    private static Generation submit(LocalPipeline pipeline, GoldenTokens golden, String sequence, String id)
            throws IOException {
        Generation generation = new Generation();
        pipeline.submit(Generation.request(id, golden.promptOf(sequence), TOKENS), generation);
        return generation;
    }

    private static HeadSettings settings(ActivationCodec codec, int pieceTokens, SpeculationOption speculation) {
        SchedulerSettings scheduler = new SchedulerSettings(
                64, 256, 64, pieceTokens, 128, Duration.ofSeconds(30), new BatchingOption.Auto(), speculation);
        return new HeadSettings(scheduler, 1024, Duration.ofMinutes(1))
                .with(new WireOptions(new CodecOption.Fixed(codec), TransmitPolicy.FAIR));
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
