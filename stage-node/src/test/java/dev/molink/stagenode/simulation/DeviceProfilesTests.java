package dev.molink.stagenode.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molink.stagenode.model.PublishedModels;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceProfilesTests {

    @ParameterizedTest
    @CsvSource({
        "rtx3090, 936, 71, 24",
        "rtx4090, 1008, 165.2, 24",
        "l4, 300, 121, 24",
        "a100-80g, 2039, 312, 80",
        "h100, 3350, 989.4, 80",
        "h200, 4800, 989.4, 141",
        "cpu-2core, 20, 0.15, 16"
    })
    void reachPartsOfTheirDataSheets(String name, double gigabytes, double teraflops, int memory) {
        DeviceProfile profile = DeviceProfiles.of(name);

        assertThat(profile.memoryBytesPerSecond()).isEqualTo(0.85 * gigabytes * 1e9);
        assertThat(profile.flopsPerSecond()).isEqualTo(0.6 * teraflops * 1e12);
        assertThat(profile.memoryBytes()).isEqualTo(memory * 1_000_000_000L);
    }

    @Test
    void anUnknownNameIsAnsweredWithAllNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatedDevice.parse("sim:rtx9090"))
                .withMessage("no simulated device 'rtx9090' is known; allowed: rtx3090, rtx4090, l4, a100-80g, h100,"
                        + " h200, cpu-2core");
    }

    @Test
    void readsWhatDeviceSays() {
        assertThat(SimulatedDevice.parse("cpu")).isEmpty();
        assertThat(SimulatedDevice.parse("sim:h200"))
                .contains(new SimulatedDevice(DeviceProfiles.of("h200"), 1))
                .map(SimulatedDevice::toString)
                .contains("sim:h200");
        assertThat(SimulatedDevice.parse("sim:l4,tensors=2"))
                .contains(new SimulatedDevice(DeviceProfiles.of("l4"), 2))
                .map(SimulatedDevice::toString)
                .contains("sim:l4,tensors=2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatedDevice.parse("sim:l4,tensors=3"))
                .withMessage("device 'sim:l4,tensors=3' is not understood; allowed: sim:NAME or sim:NAME,tensors=2");
    }

    @Test
    void memoryThatWeightsLeaveIsForKvBlocks() {
        StageDimensions dimensions = new StageDimensions(PublishedModels.config("qwen3-14b"), new LayerRange(0, 13));

        // 13 layers of 330.3 million weights and 151,936 × 5120 of the embedding, 2 bytes each.
        assertThat(dimensions.weightBytes()).isEqualTo(10_143_662_080L);
        assertThat(dimensions.kvBytes(DeviceProfiles.of("rtx4090"))).isEqualTo(21_600_000_000L - 10_143_662_080L);
        assertThat(dimensions.kvGroups())
                .singleElement()
                .satisfies(group -> assertThat(group.blockBytes()).isEqualTo(13L * 16 * 2 * 8 * 128 * 2));
    }

    @Test
    void tiedEmbeddingsCountOnceWhereOneStageHasBothEnds() {
        ModelConfig tied = PublishedModels.config("qwen3-0.6b");
        double layer = 2.0 * 1024 * 128 * 24 + 3.0 * 1024 * 3072;
        double table = 151_936.0 * 1024;

        assertThat(new StageDimensions(tied, new LayerRange(0, 28)).weightBytes())
                .isEqualTo((long) (2 * (28 * layer + table)));
        assertThat(new StageDimensions(tied, new LayerRange(14, 28)).weightBytes())
                .isEqualTo((long) (2 * (14 * layer + table)));
        assertThat(new StageDimensions(tied, new LayerRange(7, 14)).weightBytes())
                .isEqualTo((long) (2 * 7 * layer));
    }

    @Test
    void weightsThatDoNotFitAreRefused() {
        StageDimensions whole = new StageDimensions(PublishedModels.config("qwen3-14b"), new LayerRange(0, 40));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> whole.kvBytes(DeviceProfiles.of("rtx4090")))
                .withMessageContaining("layers [0, 40) have 29535 MB of weights")
                .withMessageContaining("rtx4090 with 24000 MB");
    }
}
