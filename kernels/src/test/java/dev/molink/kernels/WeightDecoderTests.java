package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stored formats against the values that the {@code gguf} package gives for them, edge scales and denormals included. */
class WeightDecoderTests {

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "BF16", "Q8_0", "Q4_0"})
    void decodesEveryBlockExactly(DType dtype) {
        try (Arena arena = Arena.ofConfined()) {
            int[] expected = bits(resource(dtype + ".values.bin"));
            CpuTensor stored = stored(arena, dtype, expected.length);
            float[] scalar = new float[expected.length];
            float[] vector = new float[expected.length];

            WeightDecoder.decode(stored, 0, 0, expected.length, scalar, 0);
            VectorDecoder.decode(stored, 0, 0, expected.length, vector, 0);

            assertThat(bits(scalar)).isEqualTo(expected);
            assertThat(bits(vector)).isEqualTo(expected);
        }
    }

    @Test
    void decodesPartOfARowFromAWholeBlockOn() {
        try (Arena arena = Arena.ofConfined()) {
            int[] all = bits(resource("Q8_0.values.bin"));
            CpuTensor stored = stored(arena, DType.Q8_0, all.length);
            float[] part = new float[64];

            WeightDecoder.decode(stored, 0, 96, 64, part, 0);

            assertThat(bits(part)).isEqualTo(Arrays.copyOfRange(all, 96, 160));
        }
    }

    @Test
    void refusesARowThatIsNoWholeNumberOfBlocks() {
        assertThatThrownBy(() -> DType.Q4_0.bytes(48))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("48 elements are not whole Q4_0 blocks of 32");
    }

    private static CpuTensor stored(Arena arena, DType dtype, int elements) {
        byte[] bytes = resource(dtype + ".bytes.bin");
        MemorySegment data = arena.allocate(bytes.length + 1L).asSlice(1);
        MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return CpuTensor.stored(data, dtype, 1, elements);
    }

    private static byte[] resource(String name) {
        try (InputStream in = Objects.requireNonNull(
                WeightDecoderTests.class.getResourceAsStream("/blocks/" + name), "test resource " + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] bits(byte[] floats) {
        int[] bits = new int[floats.length / Float.BYTES];
        ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(bits);
        return bits;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
