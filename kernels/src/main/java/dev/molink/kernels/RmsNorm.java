package dev.molink.kernels;

/**
 * Root-mean-square norm: {@code out[i] = in[i] / sqrt(mean(in²) + epsilon) · weight[i]}.
 *
 * @param weight {@code [1, width]}, any {@link DType}
 */
public record RmsNorm(Tensor weight, float epsilon) {

    public RmsNorm {
        if (weight.rows() != 1) {
            throw new IllegalArgumentException("norm weight has %d rows, not 1".formatted(weight.rows()));
        }
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("norm epsilon %s is not a number from 0 up".formatted(epsilon));
        }
    }
}
