package dev.molink.stagenode.execution;

import dev.molink.kernels.AttentionShape;
import dev.molink.kernels.DType;
import dev.molink.kernels.KvCache;
import dev.molink.kernels.Rotary;
import dev.molink.kernels.StepBatch;
import dev.molink.kernels.Tensor;
import dev.molink.kernels.TensorOps;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
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
    private final KvMemory memory;
    private final AttentionShape shape;
    private final Rotary rotary;
    private final StepBatch batch;
    private final PromptRows promptRows = new PromptRows();
    private final HostBuffer rotaryTable;
    private final HostBuffer output;
    private final StageOutput.Hidden hiddenOutput;
    private final StageOutput.Logits logitsOutput;

    private @Nullable Thread owner;
    private BlockTables tables;
    private Activations activations;
    private @Nullable Tensor logits;
    private int[] planRows = new int[LEAST_ROWS];

    /** @param release run after the device was closed: what keeps the stored weights reachable */
    DecoderStage(TensorOps ops, StageWeights weights, DType kvDtype, Runnable release) {
        this.ops = ops;
        this.release = release;
        this.memory = new KvMemory(ops, weights, kvDtype);
        this.weights = weights;
        this.shape = weights.layers().getFirst().attention().shape();
        this.rotary = new Rotary(weights.rotary());
        this.batch = new StepBatch(weights.kvGroups().size());
        this.tables = new BlockTables(kvGroups(), Collections.nCopies(batch.kvGroups(), 0));
        this.activations = Activations.allocate(ops, LEAST_ROWS, weights.hiddenSize(), shape);
        this.rotaryTable = new HostBuffer(rotary.width());
        int vocabularySize = weights.head() == null ? 0 : weights.head().vocabularySize();
        this.output = new HostBuffer(weights.head() == null ? weights.hiddenSize() : vocabularySize);
        this.hiddenOutput = new StageOutput.Hidden(MemorySegment.NULL, 0, weights.hiddenSize());
        this.logitsOutput = new StageOutput.Logits(MemorySegment.NULL, 0, vocabularySize, new int[0]);
    }

    @Override
    public List<KvGroupSize> kvGroups() {
        return memory.sizes();
    }

    @Override
    public void prepare(List<Integer> kvBlocks) {
        requireOwner();
        memory.reserve(kvBlocks);
        tables = new BlockTables(kvGroups(), kvBlocks);
        promptRows.clear();
    }

    @Override
    public int sequences() {
        return tables.sequences();
    }

    @Override
    public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows) {
        return execute(plan, hiddenIn, logitRows, null);
    }

    @Override
    public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, FinalRows finalRows) {
        return execute(plan, hiddenIn, LogitRows.SAMPLED, finalRows);
    }

    private StageOutput execute(
            StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows, @Nullable FinalRows finalRows) {
        requireOwner();
        if (!memory.isReserved()) {
            throw new IllegalStateException("step %d came before the stage was prepared".formatted(plan.stepId()));
        }
        int rows = tokens(plan);
        requireInput(plan, rows, hiddenIn);
        tables.apply(plan);
        promptRows.apply(plan);
        memory.copy(plan.blocks().copies());
        fillBatch(plan, logitRows, 0, rows);
        if (weights.head() != null) {
            computeLayers(hiddenIn, weights.layers().size());
            return logitsOut(weights.head());
        }
        // Decode steps leave whole: they are small, and a slice for each tile would be garbage in every step.
        if (finalRows == null || plan.kind() != StepKind.PREFILL || !RowTiles.areWorthIt(rows)) {
            return hiddenOutput.showing(hiddenAtOnce(hiddenIn, finalRows), rows);
        }
        return hiddenOutput.showing(hiddenInTiles(plan, hiddenIn, finalRows), rows);
    }

    private MemorySegment hiddenAtOnce(@Nullable MemorySegment hiddenIn, @Nullable FinalRows finalRows) {
        computeLayers(hiddenIn, weights.layers().size());
        MemorySegment values = hiddenToHost();
        if (finalRows != null && batch.rows() > 0) {
            finalRows.ready(weights.hiddenSize(), 0, values);
        }
        return values;
    }

    /**
     * Computes the last layer tile by tile: attention of a row reads keys and values of that row and of those before it,
     * which earlier tiles have written; everything else is done row by row. The host's memory holds what the layers
     * before gave, and a tile at a time what the last one makes of it.
     */
    private MemorySegment hiddenInTiles(StepPlan plan, @Nullable MemorySegment hiddenIn, FinalRows finalRows) {
        computeLayers(hiddenIn, weights.layers().size() - 1);
        RowTiles tiles = RowTiles.of(batch.rows());
        MemorySegment values = hiddenToHost();
        long rowBytes = (long) weights.hiddenSize() * Float.BYTES;
        for (int first = 0; first < tiles.rows(); first = tiles.end(first)) {
            int end = tiles.end(first);
            MemorySegment tile = values.asSlice(first * rowBytes, (end - first) * rowBytes);
            fillBatch(plan, LogitRows.SAMPLED, first, end);
            beginBatch();
            ops.copyFromHost(tile, activations.hidden(), end - first);
            computeLayer(weights.layers().getLast());
            ops.copyToHost(activations.hidden(), end - first, tile);
            ops.synchronize();
            finalRows.ready(weights.hiddenSize(), first, tile);
        }
        return values;
    }

    private void computeLayers(@Nullable MemorySegment hiddenIn, int layers) {
        if (batch.rows() == 0) {
            return;
        }
        reserve(batch.rows());
        beginBatch();
        if (weights.embedding() != null) {
            ops.embed(weights.embedding(), activations.hidden());
        } else if (hiddenIn != null) {
            ops.copyFromHost(hiddenIn, activations.hidden(), batch.rows());
        }
        for (int layer = 0; layer < layers; layer++) {
            computeLayer(weights.layers().get(layer));
        }
    }

    private void beginBatch() {
        MemorySegment table = rotaryTable.rows(batch.rows());
        rotary.fill(batch, table);
        ops.begin(batch);
        ops.copyFromHost(table, activations.rotary(), batch.rows());
    }

    private void computeLayer(StageWeights.Layer layer) {
        Activations a = activations;
        KvCache cache = memory.ofGroup(layer.kvGroup());
        ops.projectQueriesKeysValues(layer.attention(), a.hidden(), a.rotary(), cache, layer.kvLayer(), a.queries());
        ops.attend(layer.attention().shape(), a.queries(), cache, layer.kvLayer(), a.attended());
        ops.addProjection(layer.output(), a.attended(), a.hidden());
        ops.addGatedMlp(layer.mlp(), a.hidden());
    }

    private MemorySegment hiddenToHost() {
        MemorySegment values = output.rows(batch.rows());
        ops.copyToHost(activations.hidden(), batch.rows(), values);
        ops.synchronize();
        return values;
    }

    private StageOutput logitsOut(StageWeights.Head head) {
        int rows = batch.selectedRows();
        MemorySegment values = output.rows(rows);
        if (rows > 0) {
            Tensor target = reserveLogits(rows, head.vocabularySize());
            ops.projectLogits(head.norm(), head.projection(), activations.hidden(), target);
            ops.copyToHost(target, rows, values);
        }
        ops.synchronize();
        return logitsOutput.showing(values, rows, planRows());
    }

    /** Makes rows {@code [first, end)} of the plan the batch. */
    private void fillBatch(StepPlan plan, LogitRows logitRows, int first, int end) {
        batch.clear();
        int row = 0;
        for (int i = 0; i < plan.rows().size(); i++) {
            SequenceRows rows = plan.rows().get(i);
            int from = Math.max(first - row, 0);
            int to = Math.min(end - row, rows.tokenCount());
            if (from < to) {
                addSequence(rows);
                addRows(rows, from, to, logitRows, promptRows.promptEnd(plan, rows));
            }
            row += rows.tokenCount();
        }
    }

    private void addSequence(SequenceRows rows) {
        batch.addSequence();
        for (int group = 0; group < batch.kvGroups(); group++) {
            BlockTable table = tables.of(rows.sequenceId(), group);
            batch.addTable(group, table.first(), table.ids(), table.end() - table.first());
        }
    }

    private void addRows(SequenceRows rows, int from, int to, LogitRows logitRows, int promptEnd) {
        boolean bare = rows.tokenIds().isEmpty();
        int firstSampled = rows.tokenCount() - rows.sampledRows();
        for (int i = from; i < to; i++) {
            int position = rows.firstPosition() + i;
            batch.addRow(bare ? 0 : rows.tokenIds().get(i), position);
            if (logitRows == LogitRows.ALL || i >= firstSampled || position < promptEnd) {
                batch.selectRow();
            }
        }
    }

    private int[] planRows() {
        int rows = batch.selectedRows();
        if (planRows.length < rows) {
            planRows = new int[powerOfTwo(rows)];
        }
        for (int i = 0; i < rows; i++) {
            planRows[i] = batch.selectedRow(i);
        }
        return planRows;
    }

    private static int tokens(StepPlan plan) {
        int tokens = 0;
        for (int i = 0; i < plan.rows().size(); i++) {
            tokens += plan.rows().get(i).tokenCount();
        }
        return tokens;
    }

    private void requireInput(StepPlan plan, int rows, @Nullable MemorySegment hiddenIn) {
        if (weights.embedding() == null) {
            StepInput.requireHidden(plan, rows, weights.hiddenSize(), hiddenIn);
        } else {
            StepInput.requireTokenIds(plan, weights.embedding().rows());
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
