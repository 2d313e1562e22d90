package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.link.LinkFaults;
import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Greedy ids over links that corrupt, duplicate, drop and reorder frames are those of links that do not, whatever the
 * codec and the policy; and nothing is left behind.
 */
class FaultyLinksTests {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final int REQUESTS = 6;
    private static final int TOKENS = FULL ? 60 : 24;

    static Stream<Arguments> links() {
        return Stream.of(ActivationCodec.values())
                .flatMap(codec -> Stream.of(2, 3)
                        .flatMap(stages -> Stream.of(0.01, 0.1).map(share -> Arguments.of(codec, stages, share))));
    }

    @ParameterizedTest
    @MethodSource("links")
    void changeNoToken(ActivationCodec codec, int stages, double share) throws Exception {
        List<List<Integer>> undisturbed = generate(codec, TransmitPolicy.FAIR, stages, LinkFaults.NONE, false);

        List<List<Integer>> disturbed = generate(codec, TransmitPolicy.FAIR, stages, faults(share), share > 0.05);

        assertThat(disturbed).isEqualTo(undisturbed);
        if (codec == ActivationCodec.F32) {
            assertThat(undisturbed.getFirst().subList(0, 16)).isEqualTo(GoldenTokens.greedy("a"));
        }
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void changeNoTokenUnderAnyPolicy(TransmitPolicy policy) throws Exception {
        List<List<Integer>> ids = generate(ActivationCodec.F32, policy, 3, faults(0.05), true);

        assertThat(ids.get(0).subList(0, 16)).isEqualTo(GoldenTokens.greedy("a"));
        assertThat(ids.get(1).subList(0, 16)).isEqualTo(GoldenTokens.greedy("b"));
    }

    private static LinkFaults faults(double share) {
        return new LinkFaults(share, share, share, share, 7);
    }

    private static List<List<Integer>> generate(
            ActivationCodec codec, TransmitPolicy policy, int stages, LinkFaults faults, boolean repeats)
            throws Exception {
        LocalPipeline.Observer observer = new LocalPipeline.Observer() {
            @Override
            public LinkFaults linkFaults() {
                return faults;
            }
        };
        try (LocalPipeline pipeline = LocalPipeline.start(
                GoldenTokens.llama().toString(), stages, StageOptions.defaults(1), settings(codec, policy), observer)) {
            List<Generation> generations = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                Generation generation = new Generation();
                generations.add(generation);
                pipeline.submit(
                        Generation.request("r" + i, GoldenTokens.prompt(i % 2 == 0 ? "a" : "b"), TOKENS), generation);
            }
            List<List<Integer>> ids = new ArrayList<>();
            for (Generation generation : generations) {
                assertThat(generation.report().getFailure().getMessage()).isEmpty();
                ids.add(generation.tokenIds());
            }
            Eventually.isTrue("no sequence is held", () -> pipeline.sequencesHeld() == 0);
            if (repeats) {
                Eventually.isTrue(
                        "frames were repeated, some of them corrupt",
                        () -> pipeline.stageReports().stream()
                                .map(StageReport::traffic)
                                .filter(traffic -> traffic.corruptFrames() > 0)
                                .anyMatch(FaultyLinksTests::hasRepeats));
            }
            return ids;
        }
    }

    private static boolean hasRepeats(LinkTraffic traffic) {
        return traffic.framesRepeated() > 0;
    }

    private static HeadSettings settings(ActivationCodec codec, TransmitPolicy policy) {
        SchedulerSettings scheduler = new SchedulerSettings(
                64, 256, 64, 32, 128, Duration.ofSeconds(30), new BatchingOption.Auto(), new SpeculationOption.Off());
        return new HeadSettings(scheduler, 1024, Duration.ofMinutes(1))
                .with(new WireOptions(new CodecOption.Fixed(codec), policy));
    }
}
