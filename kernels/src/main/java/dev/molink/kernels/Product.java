package dev.molink.kernels;

import org.jspecify.annotations.Nullable;

/** One matrix product of a dispatch: {@code out = weight · inputs (+ bias)}, stored or added. Reused, one owner. */
final class Product {

    private @Nullable CpuTensor weights;
    private float @Nullable [] bias;
    private float[] out = new float[0];
    private boolean add;

    void set(Linear linear, float[] target, boolean addToTarget) {
        weights = (CpuTensor) linear.weight();
        bias = linear.bias() == null ? null : ((CpuTensor) linear.bias()).values();
        out = target;
        add = addToTarget;
    }

    CpuTensor weights() {
        if (weights == null) {
            throw new IllegalStateException("the product was not set");
        }
        return weights;
    }

    int outputs() {
        return weights().rows();
    }

    /** Takes the finished dot product of weight row {@code output} and input row {@code input}. */
    void put(int input, int output, float dot) {
        int at = input * outputs() + output;
        float value = bias == null ? dot : dot + bias[output];
        out[at] = add ? out[at] + value : value;
    }

    /** As {@link #put(int, int, float)} for {@code count} weight rows from {@code output} on. */
    void put(int input, int output, int count, float[] dots, int from) {
        int at = input * outputs() + output;
        float[] target = out;
        if (bias != null) {
            for (int i = 0; i < count; i++) {
                dots[from + i] += bias[output + i];
            }
        }
        if (add) {
            for (int i = 0; i < count; i++) {
                target[at + i] += dots[from + i];
            }
        } else {
            System.arraycopy(dots, from, target, at, count);
        }
    }
}
