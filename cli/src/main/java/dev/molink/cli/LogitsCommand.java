package dev.molink.cli;

import dev.molink.cli.deployment.LayerCut;
import dev.molink.kernels.TensorOps;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.stagenode.execution.DecoderStages;
import dev.molink.stagenode.execution.KvDtype;
import dev.molink.stagenode.execution.LogitsRun;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.ModelWeights;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.hub.CachedHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "logits",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Write the logits of every position as JSON: {\"shape\": [n, vocabulary], \"logits\": [[…]]}.",
            "For comparing with another implementation; the bits are the same for any --stages.",
            ""
        })
final class LogitsCommand implements Callable<Integer> {

    private static final int PIECE_TOKENS = 64;

    @Option(names = "--model", paramLabel = "MODEL", required = true, description = "Folder, .gguf file or hub id.")
    String model = "";

    @Option(names = "--tokens", paramLabel = "1,2,3", required = true, description = "The token ids.")
    String tokens = "";

    @Option(names = "--stages", paramLabel = "N", defaultValue = "1", description = "Cut the model into N (default 1).")
    int stages;

    @Option(
            names = "--device",
            paramLabel = "D",
            defaultValue = "auto",
            description = "auto, cpu, cpu:scalar, cpu:vector.")
    String device = "auto";

    @Option(
            names = "--kv-dtype",
            paramLabel = "T",
            defaultValue = "auto",
            description = "How keys and values are kept: auto (f32), f32 or bf16.")
    String kvDtype = "auto";

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where to write.")
    Path out = Path.of("");

    @Override
    public Integer call() throws Exception {
        List<Integer> tokenIds = TokenIds.parse(tokens);
        try (CachedHub hub = CachedHub.fromEnvironment()) {
            ModelFiles files = ModelFiles.open(ModelSource.of(model), hub);
            TokenIds.requireWithin(tokenIds, files.config().vocabularySize());
            compute(files, tokenIds);
        }
        return 0;
    }

    private void compute(ModelFiles files, List<Integer> tokenIds) throws IOException {
        List<StageExecutor> executors = new ArrayList<>();
        try {
            for (LayerCut cut : LayerCut.evenly(0, files.config().layers(), stages)) {
                executors.add(open(files, cut));
            }
            write(
                    new LogitsRun(executors, PIECE_TOKENS),
                    tokenIds,
                    files.config().vocabularySize());
        } finally {
            executors.forEach(StageExecutor::close);
        }
    }

    private StageExecutor open(ModelFiles files, LayerCut cut) {
        TensorOps ops = TensorOpsProvider.open(device, TensorOpsProvider.defaultThreads());
        ModelWeights weights = files.map(new LayerRange(cut.first(), cut.end()));
        return DecoderStages.open(ops, weights, KvDtype.of(kvDtype));
    }

    private void write(LogitsRun run, List<Integer> tokenIds, int vocabulary) throws IOException {
        try (JsonGenerator json = JsonMapper.shared().createGenerator(Files.newOutputStream(out))) {
            json.writeStartObject();
            json.writeName("shape");
            json.writeArray(new int[] {tokenIds.size(), vocabulary}, 0, 2);
            json.writeArrayPropertyStart("logits");
            run.run(tokenIds, (position, logits) -> writeRow(json, logits));
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /** As floats, in their shortest form: a double would show digits that were never computed. */
    private static void writeRow(JsonGenerator json, float[] logits) {
        json.writeStartArray();
        for (float logit : logits) {
            json.writeNumber(logit);
        }
        json.writeEndArray();
    }
}
