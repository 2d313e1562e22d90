package dev.molink.stagenode.simulation;

import dev.molink.stagenode.model.architecture.LayerGroup;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;
import java.util.List;

/**
 * How long a step takes on a device. Its parts run one after another, each for as long as the slower of two: moving its
 * bytes at the memory's rate, and computing at the device's.
 *
 * <ol>
 *   <li>Matrix products of the layers: every weight is read once a step; 2 operations per weight and row.
 *   <li>Attention: of each sequence, the keys and values that its rows see are read once, and those of its rows written; 4
 *       operations per row, seen position, head and element of a head. A sliding window bounds what is seen.
 *   <li>The output head on the last stage, only for rows whose logits somebody wants: without any, not even its weights
 *       are read. The embedding on the first stage is one row of its table per token.
 * </ol>
 *
 * Each layer and each step cost a launch on top. Activations between the operations stay out of it: in a decode step they
 * are few, and in a prefill piece the products take longer than moving them. Source of the method: Williams, Waterman,
 * Patterson, "Roofline: An Insightful Visual Performance Model", CACM 52(4), 2009.
 */
public final class Roofline {

    private static final double NANOS_PER_SECOND = 1e9;

    private final DeviceProfile device;
    private final StageDimensions stage;
    private final List<LayerGroup> groups;

    public Roofline(DeviceProfile device, ModelConfig model, LayerRange range) {
        this.device = device;
        this.stage = new StageDimensions(model, range);
        this.groups = model.layerGroups();
    }

    /** Nanoseconds that the stage computes a step of which the sampled rows need logits; 0 for one without rows. */
    public long stepNanos(StepPlan plan) {
        int sampled = 0;
        for (SequenceRows rows : plan.rows()) {
            sampled += rows.sampledRows();
        }
        return stepNanos(plan, sampled);
    }

    /** The same where {@code logitRows} rows need logits, be it that they are sampled or for another reason. */
    long stepNanos(StepPlan plan, int logitRows) {
        int tokens = plan.tokens();
        if (tokens == 0) {
            return 0;
        }
        double seconds = ends(tokens, logitRows) + stage.range().layers() * products(tokens, stage.layerElements());
        for (LayerGroup group : groups) {
            seconds += stage.layersOf(group) * attention(plan, group.windowTokens());
        }
        return Math.round(seconds * NANOS_PER_SECOND)
                + device.stepOverheadNanos()
                + stage.range().layers() * device.layerOverheadNanos();
    }

    /** Seconds of what is not a layer: the embedding on the first stage, the output head on the last. */
    private double ends(int tokens, int logitRows) {
        double embedding =
                stage.embeds() ? moved((double) tokens * stage.model().hiddenSize()) : 0;
        double head = stage.hasHead() && logitRows > 0 ? products(logitRows, stage.vocabularyElements()) : 0;
        return embedding + head;
    }

    /** Seconds of multiplying {@code rows} rows with {@code weights} weights. */
    private double products(int rows, double weights) {
        return Math.max(moved(weights), computed(2.0 * rows * weights));
    }

    /** Seconds of one layer's attention. */
    private double attention(StepPlan plan, int windowTokens) {
        double positions = 0;
        double pairs = 0;
        for (SequenceRows rows : plan.rows()) {
            long first = rows.firstPosition();
            long count = rows.tokenCount();
            long seenByFirst = windowTokens == 0 ? first + 1 : Math.min(windowTokens, first + 1);
            // Read: what the first row sees besides itself. Written: the rows' own.
            positions += seenByFirst - 1 + count;
            pairs += pairs(first, count, windowTokens);
        }
        double queryWidth =
                (double) stage.model().attentionHeads() * stage.model().headDim();
        return Math.max(moved(positions * stage.kvElements()), computed(4 * pairs * queryWidth));
    }

    /** Pairs of a row and a position that it sees: row {@code i} sees {@code first + i + 1} of them, or its window. */
    private static double pairs(long first, long count, int windowTokens) {
        long growing = windowTokens == 0 ? count : Math.clamp(windowTokens - first, 0, count);
        return growing * (first + (growing + 1) / 2.0) + (double) (count - growing) * windowTokens;
    }

    private double moved(double elements) {
        return elements * StageDimensions.ELEMENT_BYTES / device.memoryBytesPerSecond();
    }

    private double computed(double operations) {
        return operations / device.flopsPerSecond();
    }
}
