package dev.molink.stagenode.execution;

import dev.molink.kernels.AttentionShape;
import dev.molink.kernels.Tensor;
import dev.molink.kernels.TensorOps;

/** The activations of a step on the device, for up to {@code rows} rows. */
record Activations(int rows, Tensor hidden, Tensor rotary, Tensor queries, Tensor attended) {

    static Activations allocate(TensorOps ops, int rows, int hiddenSize, AttentionShape shape) {
        return new Activations(
                rows,
                ops.activation(rows, hiddenSize),
                ops.activation(rows, shape.rotaryWidth()),
                ops.activation(rows, shape.queryColumns()),
                ops.activation(rows, shape.queryColumns()));
    }

    void close() {
        hidden.close();
        rotary.close();
        queries.close();
        attended.close();
    }
}
