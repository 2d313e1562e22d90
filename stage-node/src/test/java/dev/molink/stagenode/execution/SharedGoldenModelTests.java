package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The wide suite over the folder {@code molink.shared}, where it stands beside the project. */
class SharedGoldenModelTests {

    private static final Path SHARED = Path.of(System.getProperty("molink.shared", "../../shared"));

    @BeforeAll
    static void requireTheSharedFolder() {
        assumeTrue(
                Files.isDirectory(SHARED.resolve("fixtures")),
                () -> "SKIPPED: no fixtures at %s; the models that the project carries are tested all the same"
                        .formatted(SHARED.toAbsolutePath().normalize()));
    }

    static Stream<GoldenModel> models() {
        Path fixtures = SHARED.resolve("fixtures");
        return Stream.concat(
                Stream.of(
                                "llama",
                                "llama2-mha",
                                "llama3-rope",
                                "llama-linear-rope",
                                "llama-yarn",
                                "llama-bias-headdim",
                                "mistral",
                                "mistral-nemo",
                                "qwen2",
                                "qwen2-yarn",
                                "qwen3")
                        .map(name -> GoldenModel.checkpoint(fixtures, name)),
                Stream.of("llama-f32", "llama-f16", "llama-bf16", "llama-q8_0", "llama-q4_0", "qwen2", "qwen3")
                        .map(name -> GoldenModel.gguf(fixtures, name)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyLogitAgreesWithTheReference(GoldenModel model) {
        model.logitsAgreeWithTheReference();
    }

    @ParameterizedTest
    @MethodSource("models")
    void stagesPiecesAndBatchesGiveTheSameBits(GoldenModel model) {
        model.stageCountsGiveTheSameBits();
        model.pieceSizesGiveTheSameBits();
        model.batchesGiveTheSameBits();
    }

    @ParameterizedTest
    @MethodSource("models")
    void greedyIdsEqualTheReferences(GoldenModel model) {
        model.greedyIdsEqualTheReferences(1);
        model.greedyIdsEqualTheReferences(2);
        model.greedyIdsEqualTheReferences(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stories260K-hf", "stories260K.f32.gguf"})
    void theStoryModelTellsItsGoldenIds(String model) {
        Path models = SHARED.resolve("models");
        JsonNode golden = JsonMapper.shared().readTree(models.resolve("stories260K.golden.json"));

        for (JsonNode story : golden.get("cases")) {
            List<Integer> prompt = ids(story.get("prompt_ids"));
            List<Integer> expected = ids(story.get("greedy_ids"));
            try (StageChain chain = StageChain.open(models.resolve(model), 2)) {
                List<Integer> generated = chain.greedy(prompt, expected.size() - prompt.size());

                assertThat(generated).isEqualTo(expected.subList(prompt.size(), expected.size()));
            }
        }
    }

    @Test
    void scalarKernelsGiveTheSameBitsAsTheDefault() {
        Path model = SHARED.resolve("fixtures/models/qwen3");
        List<Integer> tokens = List.of(5, 77, 140, 9, 33);

        try (StageChain vector = StageChain.open(model, 1);
                StageChain scalar = StageChain.open(model, 1, "cpu:scalar")) {
            List<StageChain.Piece> pieces = List.of(new StageChain.Piece(1, 0, tokens));

            assertThat(GoldenModel.bits(scalar.step(pieces))).isDeepEqualTo(GoldenModel.bits(vector.step(pieces)));
        }
    }

    private static List<Integer> ids(JsonNode array) {
        return array.values().stream().map(JsonNode::asInt).toList();
    }
}
