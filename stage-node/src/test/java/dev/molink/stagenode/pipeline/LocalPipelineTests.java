package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.plan.StageReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPipelineTests {

    private static final int THREADS = 1;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void generatesTheReferencesGreedyIds(int stages) throws Exception {
        try (LocalPipeline pipeline = start(stages)) {
            for (String sequence : List.of("a", "b")) {
                Generation generation = new Generation();

                pipeline.submit(
                        Generation.request("golden-" + sequence, GoldenTokens.prompt(sequence), 16), generation);

                RequestReport report = generation.report();
                assertThat(generation.tokenIds()).isEqualTo(GoldenTokens.greedy(sequence));
                assertThat(report.getFinishList()).containsExactly(FinishReason.FINISH_REASON_LENGTH);
                assertThat(report.getGeneratedTokensList()).containsExactly(16);
            }
        }
    }

    @Test
    void answersRequestsThatRunTogether() throws Exception {
        try (LocalPipeline pipeline = start(3)) {
            List<Generation> generations = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                Generation generation = new Generation();
                generations.add(generation);
                pipeline.submit(
                        Generation.request("together-" + i, GoldenTokens.prompt(i % 2 == 0 ? "a" : "b"), 16),
                        generation);
            }

            for (int i = 0; i < generations.size(); i++) {
                generations.get(i).report();
                assertThat(generations.get(i).tokenIds())
                        .as("request %d", i)
                        .isEqualTo(GoldenTokens.greedy(i % 2 == 0 ? "a" : "b"));
            }
            assertThat(pipeline.mostStepsInFlight()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void bringsWhatEveryStageMeasuresToTheHead() throws Exception {
        try (LocalPipeline pipeline = start(3)) {
            Generation generation = new Generation();
            pipeline.submit(Generation.request("measured", GoldenTokens.prompt("a"), 16), generation);
            generation.report();

            Eventually.isTrue(
                    "each stage has reported its times, and the delay of its link",
                    () -> pipeline.stageReports().stream()
                                    .filter(report -> report.decodeStepNanos() > 0
                                            && report.prefillTokenNanos() > 0
                                            && report.busyNanos() > 0
                                            && report.wallNanos() > report.busyNanos()
                                            && report.link().oneWayNanos() > 0)
                                    .count()
                            == 3);

            assertThat(pipeline.stageReports()).extracting(StageReport::stage).containsExactly(0, 1, 2);
        }
    }

    @Test
    void opensNoFurtherStreamForAThousandGenerations() throws Exception {
        try (LocalPipeline pipeline = start(2)) {
            List<Integer> prompt = GoldenTokens.prompt("a").subList(0, 4);
            long before = pipeline.callsStarted();

            List<Generation> generations = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                Generation generation = new Generation();
                generations.add(generation);
                pipeline.submit(Generation.request("short-" + i, prompt, 2), generation);
            }

            for (Generation generation : generations) {
                assertThat(generation.report().getGeneratedTokensList()).containsExactly(2);
            }
            assertThat(pipeline.callsStarted()).isEqualTo(before);
        }
    }

    @Test
    void freesEveryKvBlockWhenARequestIsCancelled() throws Exception {
        try (LocalPipeline pipeline = start(2)) {
            Generation cancelled = new Generation();
            pipeline.submit(Generation.request("long", GoldenTokens.prompt("a"), 200), cancelled);
            cancelled.awaitFirstToken();

            pipeline.cancel("long", CancelReason.CANCEL_REASON_CLIENT_GONE);

            assertThat(cancelled.report().getFinishList()).containsExactly(FinishReason.FINISH_REASON_CANCELLED);
            Eventually.isTrue("all KV blocks are free", () -> pipeline.status().kvBlocksUsed() == 0);
            Eventually.isTrue("no stage holds a sequence", () -> pipeline.sequencesHeld() == 0);
        }
    }

    @Test
    void reportsALostStageAndServesAgainInANewEpoch() throws Exception {
        try (LocalPipeline pipeline = start(2)) {
            Generation broken = new Generation();
            pipeline.submit(Generation.request("broken", GoldenTokens.prompt("a"), 200), broken);
            broken.awaitFirstToken();

            pipeline.breakLink();

            RequestReport report = broken.report();
            assertThat(report.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_STAGE_LOST);
            assertThat(report.getFailure().getMessage()).contains("the test cut the link");

            pipeline.form();
            Generation again = new Generation();
            pipeline.submit(Generation.request("again", GoldenTokens.prompt("a"), 16), again);

            assertThat(again.report().getEpoch()).isGreaterThan(report.getEpoch());
            assertThat(again.tokenIds()).isEqualTo(GoldenTokens.greedy("a"));
        }
    }

    @Test
    void refusesMoreStagesThanLayers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(4))
                .withMessage("4 stages cannot share the 3 layers of llama; 1 … 3 can");
    }

    private static LocalPipeline start(int stages) throws Exception {
        return LocalPipeline.start(GoldenTokens.llama().toString(), stages, StageOptions.defaults(THREADS));
    }
}
