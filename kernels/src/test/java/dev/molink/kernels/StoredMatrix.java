package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random stored weights, and their values as a decoder that shares no code with the kernels reads them. */
@SuppressWarnings("ArrayRecordComponent") // one test's own data, never compared
record StoredMatrix(DType dtype, int rows, int columns, MemorySegment data, double[] values) {

    /** Values below 2 in size; {@code columns} must be whole blocks. */
    static StoredMatrix random(Arena arena, DType dtype, int rows, int columns, Random random) {
        byte[] bytes = new byte[Math.toIntExact(rows * dtype.bytes(columns))];
        random.nextBytes(bytes);
        for (int i = dtype == DType.F32 ? 3 : 1; i < bytes.length; i += dtype.blockBytes()) {
            bytes[i] = (byte) ((bytes[i] & 0x80) | (dtype == DType.F32 || dtype == DType.BF16 ? 0x3E : 0x28));
        }
        MemorySegment data = arena.allocate(bytes.length + 1L).asSlice(1);
        MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return new StoredMatrix(dtype, rows, columns, data, decode(dtype, bytes));
    }

    Tensor on(TensorOps ops) {
        return ops.weights(data, dtype, rows, columns);
    }

    Linear linear(TensorOps ops) {
        return linear(ops, null);
    }

    Linear linear(TensorOps ops, @Nullable Tensor bias) {
        return new Linear(ops.matrix(data, dtype, rows, columns), bias);
    }

    double value(int row, int column) {
        return values[row * columns + column];
    }

    private static double[] decode(DType dtype, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int blocks = bytes.length / dtype.blockBytes();
        double[] values = new double[blocks * dtype.blockElements()];
        for (int block = 0; block < blocks; block++) {
            int at = block * dtype.blockBytes();
            int to = block * dtype.blockElements();
            switch (dtype) {
                case F32 -> values[to] = buffer.getFloat(at);
                case F16 -> values[to] = half(buffer.getShort(at));
                case BF16 -> values[to] = Float.intBitsToFloat(buffer.getShort(at) << 16);
                case Q8_0 -> {
                    for (int i = 0; i < 32; i++) {
                        values[to + i] = half(buffer.getShort(at)) * bytes[at + 2 + i];
                    }
                }
                case Q4_0 -> {
                    for (int i = 0; i < 32; i++) {
                        int pair = bytes[at + 2 + i % 16] & 0xFF;
                        values[to + i] = half(buffer.getShort(at)) * ((i < 16 ? pair % 16 : pair / 16) - 8);
                    }
                }
            }
        }
        return values;
    }

    private static double half(short bits) {
        int exponent = bits >> 10 & 0x1F;
        int mantissa = bits & 0x3FF;
        double size = exponent == 0 ? mantissa * 0x1p-24 : (1024 + mantissa) * Math.scalb(1.0, exponent - 25);
        return bits < 0 ? -size : size;
    }
}
