package dev.molink.stagenode.simulation;

import dev.molink.stagenode.execution.BlockTables;
import dev.molink.stagenode.execution.FinalRows;
import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.execution.LogitRows;
import dev.molink.stagenode.execution.PromptRows;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.execution.StepInput;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder's layers on a device that is not there. It keeps sequences and block tables as a real stage does and refuses
 * the same plans; instead of computing, it waits for as long as the device would compute. What it hands on has the size of
 * the real thing and no meaning: random hidden states, and logits of ids that end no sequence. No weights and no KV memory
 * are taken.
 */
public final class SimulatedStage implements StageExecutor {

    private final StageDimensions dimensions;
    private final Roofline roofline;
    private final StepTime time;
    private final SimulatedText text;
    private final int rowElements;
    private final List<KvGroupSize> kvGroups;
    private final PromptRows promptRows = new PromptRows();
    private final RandomRows hidden;
    private final PeakedLogits logits;

    private @Nullable Thread owner;
    private @Nullable BlockTables tables;

    private SimulatedStage(SimulatedDevice device, ModelConfig model, LayerRange range, StepTime time) {
        this.dimensions = new StageDimensions(model, range);
        this.roofline = new Roofline(device.profile(), model, range);
        this.time = time;
        this.text = new SimulatedText(model);
        this.rowElements = device.tensors() * model.hiddenSize();
        this.kvGroups = dimensions.kvGroups();
        this.hidden = new RandomRows(rowElements);
        this.logits = new PeakedLogits(model.vocabularySize());
    }

    /** A stage with these layers; its rows on the wire are {@code device.tensors()} times the model's hidden size wide. */
    public static SimulatedStage of(SimulatedDevice device, ModelConfig model, LayerRange range) {
        return of(device, model, range, StepTime.OF_THIS_MACHINE);
    }

    static SimulatedStage of(SimulatedDevice device, ModelConfig model, LayerRange range, StepTime time) {
        return new SimulatedStage(device, model, range, time);
    }

    @Override
    public List<KvGroupSize> kvGroups() {
        return kvGroups;
    }

    @Override
    public void prepare(List<Integer> kvBlocks) {
        requireOwner();
        if (kvBlocks.size() != kvGroups.size()) {
            throw new IllegalArgumentException(
                    "blocks of %d KV groups were given, the model has %d".formatted(kvBlocks.size(), kvGroups.size()));
        }
        tables = new BlockTables(kvGroups, kvBlocks);
        promptRows.clear();
    }

    @Override
    public int sequences() {
        return tables == null ? 0 : tables.sequences();
    }

    @Override
    public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows) {
        return execute(plan, hiddenIn, logitRows, (_, _, _) -> {});
    }

    @Override
    public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, FinalRows finalRows) {
        return execute(plan, hiddenIn, LogitRows.SAMPLED, finalRows);
    }

    private StageOutput execute(
            StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows, FinalRows finalRows) {
        requireOwner();
        long began = time.nanos();
        if (tables == null) {
            throw new IllegalStateException("step %d came before the stage was prepared".formatted(plan.stepId()));
        }
        int rows = plan.tokens();
        requireInput(plan, rows, hiddenIn);
        tables.apply(plan);
        promptRows.apply(plan);
        return dimensions.hasHead() ? logits(plan, logitRows, began) : hidden(plan, rows, began, finalRows);
    }

    private StageOutput logits(StepPlan plan, LogitRows logitRows, long began) {
        selectRows(plan, logitRows);
        time.waitUntil(began + roofline.stepNanos(plan, logits.rows()));
        return logits.output();
    }

    private StageOutput hidden(StepPlan plan, int rows, long began, FinalRows finalRows) {
        MemorySegment values = hidden.rows(rows);
        long nanos = roofline.stepNanos(plan);
        if (plan.kind() == StepKind.PREFILL) {
            handOutTiles(new LastLayer(rows, dimensions.range().layers(), nanos), values, began, finalRows);
        } else {
            time.waitUntil(began + nanos);
            handOut(values, 0, rows, finalRows);
        }
        return new StageOutput.Hidden(values, rows, rowElements);
    }

    private void handOutTiles(LastLayer last, MemorySegment values, long began, FinalRows finalRows) {
        for (int tile = 0; tile < last.tiles(); tile++) {
            time.waitUntil(began + last.finalNanos(tile));
            handOut(values, last.firstRow(tile), last.firstRow(tile + 1), finalRows);
        }
    }

    private void handOut(MemorySegment values, int first, int end, FinalRows finalRows) {
        if (end > first) {
            long rowBytes = (long) rowElements * Float.BYTES;
            finalRows.ready(rowElements, first, values.asSlice(first * rowBytes, (end - first) * rowBytes));
        }
    }

    private void requireInput(StepPlan plan, int rows, @Nullable MemorySegment hiddenIn) {
        if (dimensions.embeds()) {
            StepInput.requireTokenIds(plan, dimensions.model().vocabularySize());
        } else {
            StepInput.requireHidden(plan, rows, rowElements, hiddenIn);
        }
    }

    private void selectRows(StepPlan plan, LogitRows logitRows) {
        logits.clear();
        int planRow = 0;
        for (SequenceRows rows : plan.rows()) {
            int firstSampled = logitRows == LogitRows.ALL ? 0 : rows.tokenCount() - rows.sampledRows();
            int promptEnd = promptRows.promptEnd(plan, rows);
            for (int i = 0; i < rows.tokenCount(); i++, planRow++) {
                int position = rows.firstPosition() + i;
                if (i >= firstSampled || position < promptEnd) {
                    logits.add(planRow, text.tokenId(position + 1));
                }
            }
        }
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

    /** There is nothing to release: buffers go with their last reader. */
    @Override
    public void close() {
        tables = null;
    }
}
