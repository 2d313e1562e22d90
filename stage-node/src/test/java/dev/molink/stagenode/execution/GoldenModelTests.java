package dev.molink.stagenode.execution;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The models that the project carries, against their goldens. */
class GoldenModelTests {

    static Stream<GoldenModel> models() {
        Path fixtures = GoldenModel.bundledFixtures();
        return Stream.concat(
                Stream.of(
                                "llama",
                                "llama3-rope",
                                "llama-linear-rope",
                                "llama-yarn",
                                "llama-bias-headdim",
                                "mistral",
                                "qwen2",
                                "qwen3")
                        .map(name -> GoldenModel.checkpoint(fixtures, name)),
                Stream.of("llama-q4_0", "qwen2", "qwen3").map(name -> GoldenModel.gguf(fixtures, name)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyLogitAgreesWithTheReference(GoldenModel model) {
        model.logitsAgreeWithTheReference();
    }

    @ParameterizedTest
    @MethodSource("models")
    void oneTwoAndThreeStagesGiveTheSameBits(GoldenModel model) {
        model.stageCountsGiveTheSameBits();
    }

    @ParameterizedTest
    @MethodSource("models")
    void aPromptInPiecesGivesTheSameBits(GoldenModel model) {
        model.pieceSizesGiveTheSameBits();
    }

    @ParameterizedTest
    @MethodSource("models")
    void sequencesInOneBatchGiveTheSameBitsAsAlone(GoldenModel model) {
        model.batchesGiveTheSameBits();
    }

    @ParameterizedTest
    @MethodSource("models")
    void greedyIdsEqualTheReferences(GoldenModel model) {
        model.greedyIdsEqualTheReferences(1);
        model.greedyIdsEqualTheReferences(3);
    }
}
