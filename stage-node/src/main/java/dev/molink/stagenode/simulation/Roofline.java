package dev.molink.stagenode.simulation;

import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;

/**
 * How long a step takes on a device: the longer of reading weights and KV at the memory's rate and of computing at the
 * device's rate, plus fixed overheads. Weights and KV are bf16.
 */
public final class Roofline {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final int ELEMENT_BYTES = Short.BYTES;

    private final DeviceProfile device;
    private final ModelConfig model;
    private final LayerRange range;

    public Roofline(DeviceProfile device, ModelConfig model, LayerRange range) {
        this.device = device;
        this.model = model;
        this.range = range;
    }

    /** Nanoseconds that the stage computes a step; 0 for one without rows. */
    public long stepNanos(StepPlan plan) {
        if (plan.rows().isEmpty()) {
            return 0;
        }
        double bytes = weightElements() * ELEMENT_BYTES;
        double flops = 0;
        for (SequenceRows rows : plan.rows()) {
            double context = rows.firstPosition() + rows.tokenCount();
            bytes += context * kvElementsPerToken() * ELEMENT_BYTES;
            flops += 2 * rows.tokenCount() * weightElements();
            flops += 4.0 * rows.tokenCount() * context * model.attentionHeads() * model.headDim() * layers();
        }
        double seconds = Math.max(bytes / device.memoryBytesPerSecond(), flops / device.flopsPerSecond());
        return Math.round(seconds * NANOS_PER_SECOND)
                + device.stepOverheadNanos()
                + layers() * device.layerOverheadNanos();
    }

    private int layers() {
        return range.end() - range.first();
    }

    private double kvElementsPerToken() {
        return 2.0 * model.keyValueHeads() * model.headDim() * layers();
    }

    /** Of the layers, and of the output head on the last stage. */
    private double weightElements() {
        double hidden = model.hiddenSize();
        double attention = hidden * model.headDim() * 2 * (model.attentionHeads() + model.keyValueHeads());
        double layer = attention + 3 * hidden * model.intermediateSize();
        double head = range.end() == model.layers() ? hidden * model.vocabularySize() : 0;
        return layers() * layer + head;
    }
}
