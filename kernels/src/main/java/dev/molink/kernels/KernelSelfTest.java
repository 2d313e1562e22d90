package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Compares kernels with the scalar ones, bit by bit, at start: on a small decoder layer of every {@link DType}, and on
 * activations as the wire carries them.
 */
final class KernelSelfTest {

    private static final int WIDTH = 64;
    private static final int ROWS = 5;
    private static final AttentionShape SHAPE = new AttentionShape(2, 1, 32, 0.2f, 32, PairLayout.HALVES);

    private KernelSelfTest() {}

    /** @throws DeviceUnavailableException if a bit differs */
    static void require(CpuKernels kernels) {
        for (DType dtype : DType.values()) {
            require(kernels, dtype, DType.F32);
        }
        require(kernels, DType.F32, DType.BF16);
    }

    private static void require(CpuKernels kernels, DType dtype, DType kvDtype) {
        for (int rows : new int[] {1, 3, ROWS}) { // each has a loop of its own
            float[] expected = run(new ScalarKernels(), dtype, kvDtype, rows);
            float[] actual = run(kernels, dtype, kvDtype, rows);
            if (!Arrays.equals(expected, actual)) {
                throw new DeviceUnavailableException(
                        "the %s kernels differ from the scalar ones on %s weights with %s keys and values, %d rows"
                                .formatted(kernels.name(), dtype, kvDtype, rows));
            }
        }
    }

    /** @throws DeviceUnavailableException if a bit differs */
    static void require(ActivationCoder coder) {
        if (!Arrays.equals(coded(new ScalarActivationCoder()), coded(coder))) {
            throw new DeviceUnavailableException("the %s codecs differ from the scalar ones".formatted(coder.name()));
        }
    }

    /** Random bits, infinities and NaN among them, through both formats and back. */
    private static byte[] coded(ActivationCoder coder) {
        byte[] values = new byte[ROWS * WIDTH * Float.BYTES];
        new Random(1).nextBytes(values);
        MemorySegment f32 = MemorySegment.ofArray(values);
        MemorySegment bf16 = MemorySegment.ofArray(new byte[ROWS * WIDTH * Short.BYTES]);
        coder.encodeBf16(f32, ROWS, WIDTH, bf16);
        coder.decodeBf16(bf16, ROWS, WIDTH, f32);
        tameExponents(values, DType.F32);
        MemorySegment int8 = MemorySegment.ofArray(new byte[ROWS * (int) ActivationCoder.int8RowBytes(WIDTH)]);
        coder.encodeInt8(f32, ROWS, WIDTH, int8);
        coder.decodeInt8(int8, ROWS, WIDTH, f32);
        return values;
    }

    private static float[] run(CpuKernels kernels, DType dtype, DType kvDtype, int rows) {
        try (Arena arena = Arena.ofConfined();
                CpuTensorOps ops = new CpuTensorOps(kernels, 1)) {
            Random random = new Random(1);
            RmsNorm norm = new RmsNorm(ops.weights(stored(arena, dtype, 1, random), dtype, 1, WIDTH), 1e-5f);
            Tensor table = ops.weights(stored(arena, dtype, ROWS, random), dtype, ROWS, WIDTH);
            Linear square = matrix(ops, arena, dtype, WIDTH, random);
            Linear half = matrix(ops, arena, dtype, WIDTH / 2, random);
            AttentionWeights attention = new AttentionWeights(SHAPE, norm, square, half, half, null, null);
            Tensor hidden = ops.activation(rows, WIDTH);
            Tensor queries = ops.activation(rows, WIDTH);
            Tensor attended = ops.activation(rows, WIDTH);
            Tensor rotary = ops.activation(rows, SHAPE.rotaryWidth());
            KvCache cache = ops.kvCache(KvCacheShape.full(1, 2, 1, SHAPE.headWidth(), kvDtype));
            ops.begin(batch(rows));
            ops.embed(table, hidden);
            ops.copyFromHost(rotaryTable(arena, rows), rotary, rows);
            ops.projectQueriesKeysValues(attention, hidden, rotary, cache, 0, queries);
            ops.attend(SHAPE, queries, cache, 0, attended);
            ops.addProjection(square, attended, hidden);
            ops.addGatedMlp(new GatedMlpWeights(norm, square, square, square), hidden);
            return ((CpuTensor) hidden).values();
        }
    }

    private static Linear matrix(TensorOps ops, Arena arena, DType dtype, int rows, Random random) {
        return new Linear(ops.matrix(stored(arena, dtype, rows, random), dtype, rows, WIDTH), null);
    }

    private static MemorySegment stored(Arena arena, DType dtype, int rows, Random random) {
        byte[] bytes = new byte[(int) (rows * dtype.bytes(WIDTH))];
        random.nextBytes(bytes);
        tameExponents(bytes, dtype);
        MemorySegment data = arena.allocate(bytes.length);
        MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return data;
    }

    /** Keeps random bits below 2 in size, so that no sum overflows; scales of blocks likewise. */
    private static void tameExponents(byte[] bytes, DType dtype) {
        int highByte = dtype == DType.F32 ? 3 : 1;
        for (int i = highByte; i < bytes.length; i += dtype.blockBytes()) {
            bytes[i] &= (byte) 0xBF;
        }
    }

    private static MemorySegment rotaryTable(Arena arena, int rows) {
        Rotary rotary = new Rotary(new RotarySpec(SHAPE.rotaryWidth(), 10_000, new RotaryScaling.None()));
        MemorySegment table = arena.allocate((long) rows * rotary.width() * Float.BYTES);
        rotary.fill(batch(rows), table);
        return table;
    }

    private static StepBatch batch(int rows) {
        StepBatch batch = new StepBatch();
        batch.addSequence(List.of(1, 0));
        for (int row = 0; row < rows; row++) {
            batch.addRow(row, row);
        }
        return batch;
    }
}
