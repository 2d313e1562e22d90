package dev.molink.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A tensor in main memory: stored weights as they lie in their file, or an f32 activation on the heap. */
final class CpuTensor implements Tensor {

    private final DType dtype;
    private final int rows;
    private final int columns;
    private @Nullable MemorySegment data;
    private float @Nullable [] values;
    private boolean inOrder;
    private @Nullable RowGroups groups;

    private CpuTensor(DType dtype, int rows, int columns, @Nullable MemorySegment data, float @Nullable [] values) {
        this.dtype = dtype;
        this.rows = rows;
        this.columns = columns;
        this.data = data;
        this.values = values;
    }

    /** Stored weights; those of one row (norms, biases) are decoded at once as well. */
    static CpuTensor stored(MemorySegment data, DType dtype, int rows, int columns) {
        CpuTensor tensor = new CpuTensor(dtype, rows, columns, data, null);
        if (rows == 1) {
            float[] decoded = new float[columns];
            WeightDecoder.decode(tensor, 0, 0, columns, decoded, 0);
            tensor.values = decoded;
        }
        return tensor;
    }

    /**
     * Stored weights whose rows are {@linkplain TensorOps summed in order}.
     *
     * @param groups the same once more, or null where nothing reads them
     */
    static CpuTensor inOrder(MemorySegment data, DType dtype, int rows, int columns, @Nullable RowGroups groups) {
        CpuTensor tensor = new CpuTensor(dtype, rows, columns, data, null);
        tensor.inOrder = true;
        tensor.groups = groups;
        return tensor;
    }

    static CpuTensor activation(int rows, int columns) {
        return new CpuTensor(DType.F32, rows, columns, null, new float[Math.multiplyExact(rows, columns)]);
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    /** The stored bytes. */
    MemorySegment data() {
        if (data == null) {
            throw new IllegalStateException("the tensor holds no stored weights, or was closed");
        }
        return data;
    }

    /** Whether dot products with these rows are summed in order, not in 16 partial sums. */
    boolean inOrder() {
        return inOrder;
    }

    @Nullable
    RowGroups groups() {
        return groups;
    }

    /** Byte offset of an element that starts a block. */
    long offset(int row, int column) {
        int block = dtype.blockElements();
        return ((long) row * (columns / block) + column / block) * dtype.blockBytes();
    }

    /** The f32 values: an activation, or a decoded norm or bias. */
    float[] values() {
        if (values == null) {
            throw new IllegalStateException("the tensor is no activation, or was closed");
        }
        return values;
    }

    @Override
    public void close() {
        data = null;
        values = null;
        groups = null;
    }
}
