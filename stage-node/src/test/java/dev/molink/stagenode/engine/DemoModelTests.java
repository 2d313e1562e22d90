package dev.molink.stagenode.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.kernels.TensorOpsProvider;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.SamplingParameters;
import dev.molink.stagenode.execution.DecoderStages;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.architecture.LayerRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bundled model through head and loops: the reference's ids, whatever the cut and the company. */
class DemoModelTests {

    private static final Path MODEL = Path.of("..", "models", "molink-demo");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void answersAsTheReferenceDoesWithAllQuestionsAtOnce(int stages) throws Exception {
        List<JsonNode> cases = JsonMapper.shared()
                .readTree(MODEL.resolve("golden.json").toFile())
                .get("cases")
                .valueStream()
                .toList();
        RecordingListener listener = new RecordingListener();
        List<StageLoop> loops = openLoops(stages);

        try (Head head = Head.start(HeadSettings.DEFAULT, loops.getFirst()::plan, listener, Requests.NO_STRUCTURES)) {
            form(head, loops);
            for (JsonNode one : cases) {
                head.submit(request(one));
            }

            for (JsonNode one : cases) {
                String id = one.get("question").asString();
                listener.awaitReport(id);
                assertThat(listener.tokens(id, 0, 0)).as(id).isEqualTo(ids(one.get("greedy_ids")));
            }
        } finally {
            loops.forEach(StageLoop::close);
        }
    }

    private static List<StageLoop> openLoops(int stages) {
        ModelFiles files = ModelFiles.open(ModelSource.of(MODEL.toString()), _ -> {
            throw new IllegalStateException("the bundled model needs no hub");
        });
        int layers = files.config().layers();
        List<StageLoop> loops = new ArrayList<>();
        for (int i = 0; i < stages; i++) {
            LayerRange range = new LayerRange(layers * i / stages, layers * (i + 1) / stages);
            loops.add(StageLoop.start(
                    "stage " + range,
                    DecoderStages.open(TensorOpsProvider.open("cpu", 1), files.map(range)),
                    StageSettings.DEFAULT));
        }
        return loops;
    }

    private static void form(Head head, List<StageLoop> loops) throws Exception {
        int kvBlocks = 64;
        for (int i = loops.size() - 1; i >= 0; i--) {
            StageOutbound outbound = i == loops.size() - 1
                    ? LocalOutbound.last(head::outcome, head::stageReport)
                    : LocalOutbound.to(loops.get(i + 1), head::outcome, head::stageReport);
            loops.get(i).reset(1, i, List.of(kvBlocks), outbound).get(20, TimeUnit.SECONDS);
        }
        ModelIdentity model = ModelIdentity.newBuilder()
                .setName("molink-demo")
                .setMaxModelLen(2048)
                .setVocabularySize(2048)
                .addEndTokenIds(2)
                .build();
        head.pipelineFormed(new PipelineShape(
                "default",
                model,
                1,
                loops.size(),
                List.of(KvGroup.full(kvBlocks)),
                256,
                WireTerms.exact(loops.size())));
    }

    private static GenerateRequest request(JsonNode one) {
        return Requests.greedy(one.get("question").asString(), ids(one.get("prompt_ids")), 200)
                .setSampling(SamplingParameters.newBuilder().setTemperature(0))
                .build();
    }

    private static List<Integer> ids(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }
}
