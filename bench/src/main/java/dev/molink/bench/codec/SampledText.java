package dev.molink.bench.codec;

import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.stagenode.execution.DecoderStages;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Text that a model itself writes at temperature 1: what it knows best, and the only text for a model without a tokenizer.
 * It does not stop at end tokens; behind them the model begins something new.
 */
public final class SampledText {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final StageExecutor model;
    private final int firstToken;
    private final RandomGenerator random;

    private SampledText(StageExecutor model, int firstToken, RandomGenerator random) {
        this.model = model;
        this.firstToken = firstToken;
        this.random = random;
    }

    /**
     * Writes {@code sequences} texts at once, the same for the same seed.
     *
     * @param tokens tokens of each, the first one included, which is the model's begin token or, without one, an end token
     */
    public static List<List<Integer>> write(
            ModelFiles files, String device, int threads, int sequences, int tokens, long seed) {
        LayerRange all = new LayerRange(0, files.config().layers());
        Integer begin = files.config().beginTokenId();
        List<Integer> ends = files.config().endTokenIds();
        int first = begin != null ? begin : ends.isEmpty() ? 0 : ends.getFirst();
        try (StageExecutor model = DecoderStages.open(TensorOpsProvider.open(device, threads), files.map(all))) {
            return new SampledText(model, first, new SplittableRandom(seed)).write(sequences, tokens);
        }
    }

    private List<List<Integer>> write(int sequences, int tokens) {
        int blocks = Math.ceilDiv(tokens, KvCacheShape.BLOCK_TOKENS);
        int groups = model.kvGroups().size();
        model.prepare(Collections.nCopies(groups, sequences * blocks));
        List<List<Integer>> texts = new ArrayList<>();
        for (int i = 0; i < sequences; i++) {
            texts.add(new ArrayList<>(List.of(firstToken)));
        }
        for (int position = 0; position < tokens - 1; position++) {
            List<BlockAppend> appends = position == 0 ? allBlocks(sequences, groups, blocks) : List.of();
            StageOutput logits = model.execute(step(texts, position, appends), null);
            for (int i = 0; i < sequences; i++) {
                texts.get(i).add(draw(logits, i));
            }
        }
        return texts;
    }

    private static List<BlockAppend> allBlocks(int sequences, int groups, int blocks) {
        List<BlockAppend> appends = new ArrayList<>();
        for (int sequence = 0; sequence < sequences; sequence++) {
            int first = sequence * blocks;
            for (int group = 0; group < groups; group++) {
                List<Integer> ids =
                        IntStream.range(first, first + blocks).boxed().toList();
                appends.add(new BlockAppend(sequence, group, ids));
            }
        }
        return appends;
    }

    private static StepPlan step(List<List<Integer>> texts, int position, List<BlockAppend> appends) {
        List<SequenceRows> rows = IntStream.range(0, texts.size())
                .mapToObj(i -> SequenceRows.fresh(
                        i, position, 1, true, List.of(texts.get(i).get(position))))
                .toList();
        return new StepPlan(
                0, position, StepKind.DECODE, rows, List.of(), BlockChanges.appending(appends), List.of(), List.of());
    }

    private int draw(StageOutput output, int row) {
        int vocabulary = ((StageOutput.Logits) output).vocabularySize();
        double[] weights = new double[vocabulary];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < vocabulary; i++) {
            weights[i] = output.values().get(FLOAT, ((long) row * vocabulary + i) * Float.BYTES);
            largest = Math.max(largest, weights[i]);
        }
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
            weights[i] = Math.exp(weights[i] - largest);
            sum += weights[i];
        }
        double left = random.nextDouble() * sum;
        int id = 0;
        while (id < vocabulary - 1 && left >= weights[id]) {
            left -= weights[id++];
        }
        return id;
    }
}
