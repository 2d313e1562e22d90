package dev.molink.bench.codec;

import dev.molink.kernels.TensorOpsProvider;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.execution.DecoderStages;
import dev.molink.stagenode.execution.LogitsRun;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.architecture.LayerRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model loses by each codec: the same tokens through the uncut model and through the model cut into stages, the
 * hidden state encoded and decoded at every cut, every position compared. Cut once in the middle, as the usual pipeline
 * is, and after every layer, as no pipeline is worse.
 *
 * <p>Stages belong to the thread that measures.
 */
public final class CodecLoss implements AutoCloseable {

    private static final int PIECE_TOKENS = 64;

    private final int vocabularySize;
    private final List<StageExecutor> executors = new ArrayList<>();
    private final LogitsRun uncut;
    private final List<Cut> cuts = new ArrayList<>();

    /** The model cut in one way, with one codec, and what was compared so far. */
    private record Cut(int cuts, ActivationCodec codec, LogitsRun run, Comparison comparison) {}

    /**
     * @param device as {@link TensorOpsProvider#open} takes it
     * @param threads kernel threads of each stage
     * @throws IllegalArgumentException if the model cannot be cut
     */
    public CodecLoss(ModelFiles files, String device, int threads) {
        int layers = files.config().layers();
        if (layers < 2) {
            throw new IllegalArgumentException("%s has one layer, so there is nothing to cut".formatted(files.name()));
        }
        this.vocabularySize = files.config().vocabularySize();
        this.uncut = new LogitsRun(open(files, 1, device, threads), PIECE_TOKENS);
        for (int stages : layers == 2 ? new int[] {2} : new int[] {2, layers}) {
            List<StageExecutor> pipeline = open(files, stages, device, threads);
            for (ActivationCodec codec : ActivationCodec.values()) {
                LogitsRun run = new LogitsRun(pipeline, PIECE_TOKENS, codec);
                cuts.add(new Cut(stages - 1, codec, run, new Comparison()));
            }
        }
    }

    private List<StageExecutor> open(ModelFiles files, int stages, String device, int threads) {
        int layers = files.config().layers();
        List<StageExecutor> pipeline = new ArrayList<>();
        for (int i = 0; i < stages; i++) {
            LayerRange range = new LayerRange(layers * i / stages, layers * (i + 1) / stages);
            StageExecutor stage = DecoderStages.open(TensorOpsProvider.open(device, threads), files.map(range));
            executors.add(stage);
            pipeline.add(stage);
        }
        return pipeline;
    }

    /** Adds a text to what is compared. Every token but the first is predicted from those before it. */
    public void add(List<Integer> tokenIds) {
        float[][] expected = new float[tokenIds.size()][vocabularySize];
        uncut.run(tokenIds, (position, logits) -> System.arraycopy(logits, 0, expected[position], 0, vocabularySize));
        for (Cut cut : cuts) {
            cut.run().run(tokenIds, (position, logits) -> {
                if (position + 1 < tokenIds.size()) {
                    cut.comparison().add(expected[position], logits, tokenIds.get(position + 1));
                }
            });
        }
    }

    /** One row for each way to cut and codec, over all texts that were added. */
    public List<LossReport.Row> rows() {
        return cuts.stream()
                .map(cut -> cut.comparison().row(cut.cuts(), cut.codec()))
                .toList();
    }

    @Override
    public void close() {
        executors.forEach(StageExecutor::close);
    }
}
