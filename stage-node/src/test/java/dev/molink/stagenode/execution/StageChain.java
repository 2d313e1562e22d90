package dev.molink.stagenode.execution;

import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All stages of a model in this process, driven by plans as a head would write them. */
final class StageChain implements AutoCloseable {

    private static final int KV_BLOCKS = 64;
    private static final int BLOCK_TOKENS = KvCacheShape.BLOCK_TOKENS;

    /** Tokens of one sequence in a step. */
    record Piece(long sequenceId, int firstPosition, List<Integer> tokenIds) {}

    private final List<StageExecutor> stages;
    private final List<KvGroupSize> kvGroups;
    private final Map<Long, Integer> blocks = new HashMap<>();
    private int nextBlock;
    private long nextStep;

    private StageChain(List<StageExecutor> stages) {
        this.stages = stages;
        this.kvGroups = stages.getFirst().kvGroups();
        stages.forEach(stage -> stage.prepare(Collections.nCopies(kvGroups.size(), KV_BLOCKS)));
    }

    /** Opens {@code stages} stages, or one for each layer where there are fewer; the GGUF fixtures have two. */
    static StageChain open(Path model, int stages) {
        return open(model, stages, "cpu");
    }

    static StageChain open(Path model, int stages, String device) {
        return open(model, stages, device, KvDtype.F32);
    }

    static StageChain open(Path model, int stages, String device, KvDtype kvDtype) {
        ModelFiles files = ModelFiles.open(ModelSource.of(model.toString()), _ -> {
            throw new IllegalStateException("no test needs the hub");
        });
        int layers = files.config().layers();
        int count = Math.min(stages, layers);
        List<StageExecutor> executors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            LayerRange range = new LayerRange(layers * i / count, layers * (i + 1) / count);
            executors.add(DecoderStages.open(TensorOpsProvider.open(device, 2), files.map(range), kvDtype));
        }
        return new StageChain(executors);
    }

    List<StageExecutor> stages() {
        return stages;
    }

    /** One step over all stages; the logits of every row. */
    List<float[]> step(List<Piece> pieces) {
        return rows(execute(plan(pieces), LogitRows.ALL));
    }

    /** The ids that follow, each the smallest id with the largest logit. */
    List<Integer> greedy(List<Integer> prompt, int count) {
        List<Integer> generated = new ArrayList<>();
        List<Integer> next = prompt;
        int position = 0;
        while (generated.size() < count) {
            float[] logits = rows(execute(plan(List.of(new Piece(1, position, next))), LogitRows.SAMPLED))
                    .getFirst();
            position += next.size();
            generated.add(largest(logits));
            next = List.of(generated.getLast());
        }
        return generated;
    }

    StepPlan plan(List<Piece> pieces) {
        List<SequenceRows> rows = new ArrayList<>();
        List<BlockAppend> appends = new ArrayList<>();
        for (Piece piece : pieces) {
            int end = piece.firstPosition() + piece.tokenIds().size();
            rows.add(SequenceRows.fresh(
                    piece.sequenceId(), piece.firstPosition(), piece.tokenIds().size(), true, piece.tokenIds()));
            while (blocks.getOrDefault(piece.sequenceId(), 0) * BLOCK_TOKENS < end) {
                int id = nextBlock();
                for (int group = 0; group < kvGroups.size(); group++) {
                    appends.add(new BlockAppend(piece.sequenceId(), group, List.of(id)));
                }
                blocks.merge(piece.sequenceId(), 1, Integer::sum);
            }
        }
        return new StepPlan(
                1,
                nextStep++,
                StepKind.PREFILL,
                rows,
                List.of(),
                BlockChanges.appending(appends),
                List.of(),
                List.of());
    }

    /** Odd blocks first, so that no table is contiguous. */
    private int nextBlock() {
        int id = nextBlock < KV_BLOCKS / 2 ? 2 * nextBlock + 1 : 2 * nextBlock - KV_BLOCKS;
        nextBlock++;
        return id;
    }

    private StageOutput execute(StepPlan plan, LogitRows logitRows) {
        StageOutput output = stages.getFirst().execute(plan, null, logitRows);
        for (StageExecutor stage : stages.subList(1, stages.size())) {
            output = stage.execute(plan, output.values(), logitRows);
        }
        return output;
    }

    static List<float[]> rows(StageOutput output) {
        int columns = Math.toIntExact(output.values().byteSize() / Float.BYTES / output.rows());
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < output.rows(); i++) {
            float[] row = new float[columns];
            MemorySegment.copy(output.values(), HostBuffer.FLOAT, (long) i * columns * Float.BYTES, row, 0, columns);
            rows.add(row);
        }
        return rows;
    }

    static int largest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void close() {
        stages.forEach(StageExecutor::close);
    }
}
