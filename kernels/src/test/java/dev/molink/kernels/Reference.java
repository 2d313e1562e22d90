package dev.molink.kernels;

/** Straightforward double-precision arithmetic. */
final class Reference {

    private Reference() {}

    static double[] row(float[] values, int row, int columns) {
        double[] result = new double[columns];
        for (int i = 0; i < columns; i++) {
            result[i] = values[row * columns + i];
        }
        return result;
    }

    static double[] product(StoredMatrix weight, double[] input) {
        double[] result = new double[weight.rows()];
        for (int row = 0; row < weight.rows(); row++) {
            for (int i = 0; i < input.length; i++) {
                result[row] += weight.value(row, i) * input[i];
            }
        }
        return result;
    }

    static double[] normalised(double[] input, double[] weight, double epsilon) {
        double sum = 0;
        for (double value : input) {
            sum += value * value;
        }
        double[] result = new double[input.length];
        for (int i = 0; i < input.length; i++) {
            result[i] = input[i] / Math.sqrt(sum / input.length + epsilon) * weight[i];
        }
        return result;
    }

    /** Rotates the leading {@code width} elements of one head in place; plain frequencies over base 10000. */
    static void rotate(double[] values, int offset, int width, int position, PairLayout layout) {
        for (int i = 0; i < width / 2; i++) {
            double angle = position / Math.pow(10_000, 2.0 * i / width);
            int a = offset + (layout == PairLayout.HALVES ? i : 2 * i);
            int b = offset + (layout == PairLayout.HALVES ? i + width / 2 : 2 * i + 1);
            double first = values[a];
            double second = values[b];
            values[a] = first * Math.cos(angle) - second * Math.sin(angle);
            values[b] = second * Math.cos(angle) + first * Math.sin(angle);
        }
    }

    static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
