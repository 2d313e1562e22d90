package dev.molink.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.bench.relay.LinkShape;
import dev.molink.kernels.PairLayout;
import dev.molink.kernels.RotaryScaling;
import dev.molink.kernels.RotarySpec;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.model.architecture.Biases;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.simulation.DeviceProfile;
import dev.molink.stagenode.simulation.Roofline;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VirtualFleetTests {

    /** Of policies that send messages as a whole. */
    private static final int FRAME = 64 << 10;

    private static final LinkShape NO_LINK = new LinkShape(Double.POSITIVE_INFINITY, Duration.ZERO);
    private static final DeviceProfile DEVICE = new DeviceProfile("test", 1e12, 1e14, 24_000_000_000L, 15_000, 300_000);
    private static final ModelConfig MODEL = new ModelConfig(
            "llama",
            8,
            4096,
            11_008,
            32,
            32,
            128,
            32_000,
            1e-5,
            new RotarySpec(128, 10_000, new RotaryScaling.None()),
            PairLayout.HALVES,
            new Biases(false, false, false),
            false,
            false,
            4096,
            null,
            1,
            List.of(2));

    private static FleetSetting setting(LinkShape link, String batching) {
        return new FleetSetting(
                MODEL,
                DEVICE,
                2,
                link,
                TransmitPolicy.FIFO,
                ActivationCodec.BF16,
                1,
                BatchingOption.parse(batching),
                new SpeculationOption.Off(),
                7);
    }

    private static FleetSetting with(TransmitPolicy policy, SpeculationOption speculation, long seed) {
        return new FleetSetting(
                MODEL,
                DEVICE,
                3,
                LinkShape.parse("100mbit", "15ms"),
                policy,
                ActivationCodec.BF16,
                1,
                new BatchingOption.Auto(),
                speculation,
                seed);
    }

    private static long stageNanos(int stage, StepKind kind, int firstPosition, int rows) {
        SequenceRows row = SequenceRows.fresh(0, firstPosition, rows, true, List.of());
        StepPlan plan = new StepPlan(1, 0, kind, List.of(row), List.of(), BlockChanges.NONE, List.of(), List.of());
        return new Roofline(DEVICE, MODEL, new LayerRange(4 * stage, 4 * stage + 4)).stepNanos(plan);
    }

    private static long bothStagesNanos(StepKind kind, int firstPosition, int rows) {
        return stageNanos(0, kind, firstPosition, rows) + stageNanos(1, kind, firstPosition, rows);
    }

    private static long wireNanos(LinkShape link, long bytes) {
        return Math.round(bytes / link.bytesPerSecond() * 1e9);
    }

    private static List<Arrival> arrivals(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Arrival> arrivals = new ArrayList<>();
        long nanos = 0;
        for (int i = 0; i < count; i++) {
            nanos += random.nextLong(2_000_000_000L);
            arrivals.add(new Arrival(nanos, 1 + random.nextInt(900), 1 + random.nextInt(60)));
        }
        return arrivals;
    }

    @Test
    void takesTheSumOfTheStagesTimesWhereLinksTakeNone() {
        Arrival only = new Arrival(1_000_000, 500, 3);

        FleetRun run = new VirtualFleet().run(setting(NO_LINK, "fixed:1@whole"), List.of(only));

        long first = 1_000_000 + bothStagesNanos(StepKind.PREFILL, 0, 500);
        long second = first + bothStagesNanos(StepKind.DECODE, 500, 1);
        long third = second + bothStagesNanos(StepKind.DECODE, 501, 1);
        assertThat(run.requests()).containsExactly(new RequestTiming(only, List.of(first, second, third)));
        assertThat(run.durationNanos()).isEqualTo(third);
        assertThat(run.stageBusyShare().getFirst())
                .isEqualTo((stageNanos(0, StepKind.PREFILL, 0, 500)
                                + stageNanos(0, StepKind.DECODE, 500, 1)
                                + stageNanos(0, StepKind.DECODE, 501, 1))
                        / (double) third);
    }

    @Test
    void sendsAShortPromptOnceItIsComputedAndTakesBytesByRateAndDelays() {
        LinkShape slow = LinkShape.parse("10mbit", "20ms");
        int rows = InnerExit.TILE_ROWS;

        FleetRun run = new VirtualFleet().run(setting(slow, "fixed:1@whole"), List.of(new Arrival(0, rows, 1)));

        long hidden = 2L * rows * MODEL.hiddenSize();
        long frames = Math.ceilDiv(hidden, FRAME);
        long lastFrame = hidden - (frames - 1) * FRAME;
        long wire = (frames - 1) * wireNanos(slow, FRAME + WireSizes.overhead(FRAME))
                + wireNanos(slow, lastFrame + WireSizes.overhead((int) lastFrame));
        int outcome = 20 + 13;
        long back = wireNanos(slow, outcome + WireSizes.overhead(outcome));
        long delays = 2 * 20_000_000L;
        assertThat(run.requests().getFirst().tokenNanos())
                .containsExactly(bothStagesNanos(StepKind.PREFILL, 0, rows) + wire + back + delays);
    }

    @Test
    void sendsTheFirstTileOfRowsBeforeTheOthersAreComputed() {
        LinkShape slow = LinkShape.parse("10mbit", "20ms");
        int rows = 8 * InnerExit.TILE_ROWS;

        FleetRun run = new VirtualFleet().run(setting(slow, "fixed:1@whole"), List.of(new Arrival(0, rows, 1)));

        long stage = stageNanos(0, StepKind.PREFILL, 0, rows);
        long lastLayer = stage / 4;
        long hidden = 2L * rows * MODEL.hiddenSize();
        // The wire is slower than the last layer, so it is busy from the first tile on.
        double atLeast = stage
                - lastLayer * 7 / 8.0
                + (hidden + Math.ceilDiv(hidden, FRAME) * WireSizes.overhead(FRAME)) / slow.bytesPerSecond() * 1e9
                + 2 * 20_000_000L
                + stageNanos(1, StepKind.PREFILL, 0, rows);
        long ttft = run.requests().getFirst().tokenNanos().getFirst();
        assertThat(ttft).isBetween((long) atLeast, (long) (atLeast + 1_000_000));
        assertThat(ttft).isLessThan((long) (atLeast + lastLayer * 7 / 8.0));
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void sendsEachRowOnceOverEachLink(TransmitPolicy policy) {
        List<Arrival> arrivals = arrivals(40, 3);
        long rows = arrivals.stream()
                .mapToLong(each -> each.promptTokens() + each.generatedTokens() - 1)
                .sum();

        FleetRun run = new VirtualFleet().run(with(policy, new SpeculationOption.Off(), 1), arrivals);

        long hidden = 2 * rows * MODEL.hiddenSize() * 2L;
        assertThat(run.wireBytes()).isBetween(hidden, hidden + hidden / 20);
        assertThat(run.requests())
                .allSatisfy(timing -> assertThat(timing.tokenNanos())
                        .hasSize(timing.arrival().generatedTokens())
                        .isSorted()
                        .allMatch(nanos -> nanos > timing.arrival().nanos()));
        assertThat(run.linkBusyShare()).hasSize(2).allMatch(share -> share > 0 && share <= 1);
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void runsTheSameAgainAndOtherwiseForAnotherTrace(TransmitPolicy policy) {
        FleetSetting setting = with(policy, new SpeculationOption.Auto(), 5);
        List<Arrival> arrivals = arrivals(30, 11);

        FleetRun run = new VirtualFleet().run(setting, arrivals);

        assertThat(new VirtualFleet().run(setting, arrivals)).isEqualTo(run);
        assertThat(new VirtualFleet().run(setting, arrivals(30, 12))).isNotEqualTo(run);
    }

    @Test
    void verifiesDraftsOfATextThatRepeats() {
        List<Arrival> arrivals = List.of(new Arrival(0, 200, 100));
        FleetSetting plain = with(TransmitPolicy.FIFO, new SpeculationOption.Off(), 5);
        FleetSetting drafting = with(TransmitPolicy.FIFO, new SpeculationOption.Fixed(4), 5);
        VirtualFleet repeating = new VirtualFleet(_ -> (_, position) -> position % 20);

        long without = repeating.run(plain, arrivals).durationNanos();
        long with = repeating.run(drafting, arrivals).durationNanos();

        assertThat(with).isLessThan(without / 2);
        assertThat(repeating.run(drafting, arrivals).requests().getFirst().tokenNanos())
                .hasSize(100);
    }

    @Test
    void refusesAModelThatDoesNotFit() {
        DeviceProfile small = new DeviceProfile("small", 1e12, 1e14, 1_000_000_000L, 15_000, 300_000);
        FleetSetting fits = setting(NO_LINK, "auto");
        FleetSetting setting = new FleetSetting(
                MODEL, small, 2, NO_LINK, fits.policy(), fits.codec(), 1, fits.batching(), fits.speculation(), 1);

        assertThatThrownBy(() -> new VirtualFleet().run(setting, List.of(new Arrival(0, 5, 5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("small");
    }
}
