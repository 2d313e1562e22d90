package dev.molink.kernels;

/** Norms on the CPU; plain loops, which C2 turns into vectors without changing a bit. */
final class Norms {

    private Norms() {}

    /** Writes the norm of one row; {@code source} and {@code target} may be the same. */
    static void normalise(RmsNorm norm, float[] source, int from, float[] target, int to, float[] sums) {
        float[] weight = ((CpuTensor) norm.weight()).values();
        int width = norm.weight().columns();
        float mean = ScalarKernels.dot(source, from, source, from, width, sums) / width;
        float factor = (float) (1 / Math.sqrt(mean + norm.epsilon()));
        for (int i = 0; i < width; i++) {
            target[to + i] = source[from + i] * factor * weight[i];
        }
    }
}
