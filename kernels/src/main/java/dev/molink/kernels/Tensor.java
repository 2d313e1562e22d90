package dev.molink.kernels;

/**
 * Handle of a matrix {@code [rows, columns]} that a {@link TensorOps} owns; row-major, the columns are contiguous. What
 * it holds is reached only through copies from and to the host. Released when the {@link TensorOps} that made it is
 * closed, or earlier by {@link #close()}.
 */
public interface Tensor extends AutoCloseable {

    DType dtype();

    int rows();

    int columns();

    @Override
    void close();
}
