package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.model.PublishedModels;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.simulation.DeviceProfiles;
import dev.molink.stagenode.simulation.SimulatedDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pipelines of devices that are not there, with everything else real. */
class SimulatedPipelineTests {

    private static final ModelConfig QWEN3 = PublishedModels.config("qwen3-0.6b");
    private static final SimulatedDevice H200 = new SimulatedDevice(DeviceProfiles.of("h200"), 1);

    @Test
    void generatesExactlySoManyOrdinaryIds() throws Exception {
        List<Generation> generations = new ArrayList<>();
        try (LocalPipeline pipeline = simulate(H200, 3, LocalPipeline.Routes.DIRECT)) {
            for (int i = 0; i < 5; i++) {
                Generation generation = new Generation();
                generations.add(generation);
                pipeline.submit(Generation.request("sim-" + i, prompt(100 * i + 1), 7 + i), generation);
            }

            for (int i = 0; i < 5; i++) {
                RequestReport report = generations.get(i).report();
                assertThat(report.getFinishList()).containsExactly(FinishReason.FINISH_REASON_LENGTH);
                assertThat(report.getGeneratedTokensList()).containsExactly(7 + i);
                assertThat(generations.get(i).tokenIds())
                        .hasSize(7 + i)
                        .doesNotContain(151_643, 151_645)
                        .allSatisfy(id -> assertThat(id).isBetween(0, 151_935));
            }
            Eventually.isTrue("no stage holds a sequence", () -> pipeline.sequencesHeld() == 0);
        }
    }

    @Test
    void runsFromTheFlagsOfAStage() throws Exception {
        StageOptions options =
                new StageOptions(null, "default", "sim:cpu-2core,tensors=2", "auto", 1, 512, 1L << 30, "auto", 1);
        Generation generation = new Generation();

        try (LocalPipeline pipeline = LocalPipeline.start("sim:qwen3-0.6b", 2, options)) {
            pipeline.submit(Generation.request("sim", prompt(10), 3), generation);

            assertThat(generation.report().getGeneratedTokensList()).containsExactly(3);
            assertThat(pipeline.model().getDtype()).isEqualTo("bf16");
            assertThat(pipeline.model().getMaxModelLen()).isEqualTo(512);
        }
    }

    @Test
    void neighboursDialWhereTheRoutesLead() throws Exception {
        Map<Integer, String> asked = new HashMap<>();
        Generation generation = new Generation();

        try (LocalPipeline pipeline = simulate(H200, 2, (stage, address) -> {
            asked.put(stage, address);
            return address.replace("127.0.0.1", "localhost");
        })) {
            pipeline.submit(Generation.request("sim", prompt(10), 3), generation);

            assertThat(generation.report().getGeneratedTokensList()).containsExactly(3);
        }

        assertThat(asked).containsOnlyKeys(0, 1);
    }

    @Test
    void refusesADeviceThatIsTooSmall() {
        ModelConfig large = PublishedModels.config("qwen3-14b");
        SimulatedDevice small = new SimulatedDevice(DeviceProfiles.of("rtx4090"), 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalPipeline.simulate(
                        "qwen3-14b",
                        large,
                        small,
                        1,
                        StageOptions.defaults(1),
                        HeadSettings.DEFAULT,
                        LocalPipeline.Routes.DIRECT))
                .withMessageContaining("no room for a KV block");
    }

    @Test
    void refusesWeightsOfAnotherType() {
        StageOptions options = new StageOptions(null, "default", "sim:h200", "f32", 1, null, null, "auto", 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalPipeline.start("sim:qwen3-0.6b", 1, options))
                .withMessage("--dtype f32 is not available on a simulated device; allowed: auto, bf16");
    }

    private static LocalPipeline simulate(SimulatedDevice device, int stages, LocalPipeline.Routes routes)
            throws Exception {
        return LocalPipeline.simulate(
                "qwen3-0.6b", QWEN3, device, stages, StageOptions.defaults(1), HeadSettings.DEFAULT, routes);
    }

    private static List<Integer> prompt(int tokens) {
        return IntStream.range(0, tokens).map(i -> 7 * i % 1000).boxed().toList();
    }
}
