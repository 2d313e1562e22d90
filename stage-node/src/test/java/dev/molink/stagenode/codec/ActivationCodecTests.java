package dev.molink.stagenode.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationCodecTests {

    private static final int HIDDEN = 100;

    @ParameterizedTest
    @CsvSource({"F32, 64, 256", "F32, 100, 400", "BF16, 64, 128", "BF16, 100, 200", "INT8, 64, 66", "INT8, 100, 104"})
    void tellsTheBytesOfARow(ActivationCodec codec, int hiddenSize, long bytes) {
        assertThat(codec.rowBytes(hiddenSize)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"F32, 0", "BF16, 0.00390625", "INT8, 0.00395"}) // 2^-8; a 254th, and what the scale was rounded up by
    void comesBackWithinTheCodecsError(ActivationCodec codec, double largestError) {
        MemorySegment values = random(5);

        MemorySegment read = decoded(codec, encoded(codec, values, 5), 5);

        for (long i = 0; i < 5 * HIDDEN; i++) {
            // Values lie in [−1, 1], and in every group one is ±1.
            assertThat((double) read.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i))
                    .as("element %d", i)
                    .isCloseTo(values.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i), within(largestError));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRangeOfRowsHasTheBytesThatItHasInTheWhole(ActivationCodec codec) {
        MemorySegment values = random(7);
        long rowBytes = codec.rowBytes(HIDDEN);

        MemorySegment whole = encoded(codec, values, 7);
        MemorySegment range = encoded(codec, values.asSlice(2L * HIDDEN * Float.BYTES, 3L * HIDDEN * Float.BYTES), 3);

        assertThat(range.mismatch(whole.asSlice(2 * rowBytes, 3 * rowBytes))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void heapAndNativeMemoryGiveTheSame(ActivationCodec codec) {
        MemorySegment values = random(3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment outside = arena.allocate(values.byteSize()).copyFrom(values);
            MemorySegment out = arena.allocate(3 * codec.rowBytes(HIDDEN));

            codec.encode(outside, 3, HIDDEN, out);

            assertThat(out.mismatch(encoded(codec, values, 3))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesFloatArraysAsWell(ActivationCodec codec) {
        MemorySegment values = random(2);
        MemorySegment floats = MemorySegment.ofArray(values.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));

        MemorySegment out = encoded(codec, floats, 2);
        MemorySegment read = MemorySegment.ofArray(new float[2 * HIDDEN]);
        codec.decode(out, 2, HIDDEN, read);

        assertThat(out.mismatch(encoded(codec, values, 2))).isEqualTo(-1);
        assertThat(read.mismatch(decoded(codec, out, 2))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void noRowsAreNoBytes(ActivationCodec codec) {
        codec.encode(MemorySegment.NULL, 0, HIDDEN, MemorySegment.NULL);
        codec.decode(MemorySegment.NULL, 0, HIDDEN, MemorySegment.NULL);
    }

    @Test
    void refusesSegmentsOfAnotherSize() {
        MemorySegment values = random(3);
        MemorySegment tooLarge = MemorySegment.ofArray(new byte[400]);

        assertThatThrownBy(() -> ActivationCodec.INT8.encode(values, 3, HIDDEN, tooLarge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("codec int8: 3 rows of 100 elements take 312 bytes encoded, 400 were given");
        assertThatThrownBy(() -> ActivationCodec.BF16.encode(values, 2, HIDDEN, tooLarge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("codec bf16: 2 rows of 100 elements take 800 bytes in f32, 1200 were given");
        assertThatThrownBy(() -> ActivationCodec.F32.decode(tooLarge, 3, HIDDEN, values))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("codec f32: 3 rows of 100 elements take 1200 bytes encoded, 400 were given");
    }

    @Test
    void refusesRowsOfNoWidthAndLessThanNoRows() {
        assertThatThrownBy(() -> ActivationCodec.F32.encode(MemorySegment.NULL, 1, 0, MemorySegment.NULL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("codec f32: 1 rows of 0 elements; at least 0 rows of at least 1 element are possible");
        assertThatThrownBy(() -> ActivationCodec.INT8.decode(MemorySegment.NULL, -1, 8, MemorySegment.NULL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("codec int8: -1 rows of 8 elements; at least 0 rows of at least 1 element are possible");
    }

    /** Values in [−1, 1], the first of every group 1 or −1. */
    private static MemorySegment random(int rows) {
        Random random = new Random(rows);
        MemorySegment values = MemorySegment.ofArray(new byte[rows * HIDDEN * Float.BYTES]);
        for (int i = 0; i < rows * HIDDEN; i++) {
            boolean firstOfGroup = i % HIDDEN % ActivationCodec.GROUP == 0;
            float value = firstOfGroup ? 1 - 2 * random.nextInt(2) : random.nextFloat(-1, 1);
            values.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
        }
        return values;
    }

    private static MemorySegment encoded(ActivationCodec codec, MemorySegment values, int rows) {
        MemorySegment out = MemorySegment.ofArray(new byte[Math.toIntExact(rows * codec.rowBytes(HIDDEN))]);
        codec.encode(values, rows, HIDDEN, out);
        return out;
    }

    private static MemorySegment decoded(ActivationCodec codec, MemorySegment in, int rows) {
        MemorySegment values = MemorySegment.ofArray(new byte[rows * HIDDEN * Float.BYTES]);
        codec.decode(in, rows, HIDDEN, values);
        return values;
    }
}
