package dev.molink.kernels;

import org.jspecify.annotations.Nullable;

/**
 * A matrix product with an optional bias: {@code out = weight · in + bias}.
 *
 * @param weight {@code [outputs, inputs]}, any {@link DType}
 * @param bias {@code [1, outputs]}, any {@link DType}
 */
public record Linear(Tensor weight, @Nullable Tensor bias) {

    public Linear {
        if (bias != null && (bias.rows() != 1 || bias.columns() != weight.rows())) {
            throw new IllegalArgumentException("bias of shape [%d, %d] for a weight of %d outputs"
                    .formatted(bias.rows(), bias.columns(), weight.rows()));
        }
    }
}
