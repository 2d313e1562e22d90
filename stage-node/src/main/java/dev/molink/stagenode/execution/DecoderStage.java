package dev.molink.stagenode.execution;

import dev.molink.kernels.AttentionShape;
import dev.molink.kernels.DType;
import dev.molink.kernels.KvCache;
import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.Rotary;
import dev.molink.kernels.StepBatch;
import dev.molink.kernels.Tensor;
import dev.molink.kernels.TensorOps;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder's layers on one device. Everything but {@link #close} belongs to the thread that called {@link #prepare}
 * first; {@code close} comes after that thread's last call.
 */
final class DecoderStage implements StageExecutor {

    private static final int LEAST_ROWS = 16;

    private final TensorOps ops;
    private final StageWeights weights;
    private final Runnable release;
    private final AttentionShape shape;
    private final Rotary rotary;
    private final StepBatch batch = new StepBatch();
    private final HostBuffer rotaryTable = new HostBuffer();
    private final HostBuffer output = new HostBuffer();

    private @Nullable Thread owner;
    private @Nullable KvCache cache;
    private BlockTables tables = new BlockTables(0);
    private Activations activations;
    private @Nullable Tensor logits;

    /** @param release run after the device was closed: what keeps the stored weights reachable */
    DecoderStage(TensorOps ops, StageWeights weights, Runnable release) {
        this.ops = ops;
        this.release = release;
        this.weights = weights;
        this.shape = weights.layers().getFirst().attention().shape();
        this.rotary = new Rotary(weights.rotary());
        this.activations = Activations.allocate(ops, LEAST_ROWS, weights.hiddenSize(), shape);
    }

    @Override
    public List<KvGroupSize> kvGroups() {
        return List.of(new KvGroupSize(0, kvShape(1).bytesPerBlock()));
    }

    private KvCacheShape kvShape(int blocks) {
        return new KvCacheShape(weights.layers().size(), blocks, shape.kvHeads(), shape.headWidth(), DType.F32);
    }

    @Override
    public void prepare(List<Integer> kvBlocks) {
        requireOwner();
        int blocks = kvBlocks.getFirst();
        if (cache != null) {
            cache.close();
        }
        cache = ops.kvCache(kvShape(blocks));
        tables = new BlockTables(blocks);
    }

    @Override
    public int sequences() {
        return tables.sequences();
    }

    @Override
    public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows) {
        requireOwner();
        KvCache current = cache;
        if (current == null) {
            throw new IllegalStateException("step %d came before the stage was prepared".formatted(plan.stepId()));
        }
        int rows = plan.tokens();
        requireInput(plan, rows, hiddenIn);
        tables.apply(plan);
        fillBatch(plan, logitRows);
        if (rows > 0) {
            computeLayers(current, hiddenIn);
        }
        return weights.head() == null ? hiddenOut(rows) : logitsOut(weights.head());
    }

    private void computeLayers(KvCache current, @Nullable MemorySegment hiddenIn) {
        int rows = batch.rows();
        reserve(rows);
        MemorySegment table = rotaryTable.floats((long) rows * rotary.width());
        rotary.fill(batch, table);
        ops.begin(batch);
        ops.copyFromHost(table, activations.rotary(), rows);
        if (weights.embedding() != null) {
            ops.embed(weights.embedding(), activations.hidden());
        } else if (hiddenIn != null) {
            ops.copyFromHost(hiddenIn, activations.hidden(), rows);
        }
        for (int layer = 0; layer < weights.layers().size(); layer++) {
            computeLayer(weights.layers().get(layer), current, layer);
        }
    }

    private void computeLayer(StageWeights.Layer layer, KvCache current, int index) {
        Activations a = activations;
        ops.projectQueriesKeysValues(layer.attention(), a.hidden(), a.rotary(), current, index, a.queries());
        ops.attend(layer.attention().shape(), a.queries(), current, index, a.attended());
        ops.addProjection(layer.output(), a.attended(), a.hidden());
        ops.addGatedMlp(layer.mlp(), a.hidden());
    }

    private StageOutput hiddenOut(int rows) {
        MemorySegment values = output.floats((long) rows * weights.hiddenSize());
        ops.copyToHost(activations.hidden(), rows, values);
        ops.synchronize();
        return new StageOutput.Hidden(values, rows, weights.hiddenSize());
    }

    private StageOutput logitsOut(StageWeights.Head head) {
        int rows = batch.selectedRows();
        MemorySegment values = output.floats((long) rows * head.vocabularySize());
        if (rows > 0) {
            Tensor target = reserveLogits(rows, head.vocabularySize());
            ops.projectLogits(head.norm(), head.projection(), activations.hidden(), target);
            ops.copyToHost(target, rows, values);
        }
        ops.synchronize();
        return new StageOutput.Logits(values, rows, head.vocabularySize());
    }

    private void fillBatch(StepPlan plan, LogitRows logitRows) {
        batch.clear();
        for (SequenceRows rows : plan.rows()) {
            batch.addSequence(tables.of(rows.sequenceId()));
            for (int i = 0; i < rows.tokenCount(); i++) {
                int tokenId = rows.tokenIds().isEmpty() ? 0 : rows.tokenIds().get(i);
                batch.addRow(tokenId, rows.firstPosition() + i);
                if (logitRows == LogitRows.ALL || (rows.sample() && i == rows.tokenCount() - 1)) {
                    batch.selectRow();
                }
            }
        }
    }

    private void requireInput(StepPlan plan, int rows, @Nullable MemorySegment hiddenIn) {
        if (weights.embedding() != null) {
            requireTokenIds(plan, weights.embedding().rows());
            return;
        }
        long needed = (long) rows * weights.hiddenSize() * Float.BYTES;
        if (rows > 0 && (hiddenIn == null || hiddenIn.byteSize() != needed)) {
            throw new IllegalArgumentException("step %d: %d rows of hidden states take %d bytes, %d were given"
                    .formatted(plan.stepId(), rows, needed, hiddenIn == null ? 0 : hiddenIn.byteSize()));
        }
    }

    private static void requireTokenIds(StepPlan plan, int vocabulary) {
        for (SequenceRows rows : plan.rows()) {
            if (rows.tokenIds().isEmpty()) {
                throw new IllegalArgumentException(
                        "step %d: sequence %d has no token ids to embed".formatted(plan.stepId(), rows.sequenceId()));
            }
            for (int id : rows.tokenIds()) {
                if (id < 0 || id >= vocabulary) {
                    throw new IllegalArgumentException("step %d: token id %d is outside the vocabulary 0…%d"
                            .formatted(plan.stepId(), id, vocabulary - 1));
                }
            }
        }
    }

    private void reserve(int rows) {
        if (rows > activations.rows()) {
            activations.close();
            activations = Activations.allocate(ops, powerOfTwo(rows), weights.hiddenSize(), shape);
        }
    }

    private Tensor reserveLogits(int rows, int vocabularySize) {
        Tensor current = logits;
        if (current == null || current.rows() < rows) {
            if (current != null) {
                current.close();
            }
            current = ops.activation(powerOfTwo(rows), vocabularySize);
            logits = current;
        }
        return current;
    }

    private static int powerOfTwo(int atLeast) {
        return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }

    private void requireOwner() {
        Thread caller = Thread.currentThread();
        if (owner == null) {
            owner = caller;
        }
        if (!owner.equals(caller)) {
            throw new IllegalStateException(
                    "the stage belongs to thread %s, thread %s called it".formatted(owner.getName(), caller.getName()));
        }
    }

    @Override
    public void close() {
        ops.close();
        release.run();
    }
}
