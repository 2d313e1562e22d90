package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formats against their definition, recomputed in double precision, and all implementations against each other. */
class ActivationCoderTests {

    private static final int CASES = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;
    private static final int GROUP = ActivationCoder.GROUP;
    private static final float LARGEST_F16 = 65504;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final List<ActivationCoder> CODERS =
            List.of(new ScalarActivationCoder(), new VectorActivationCoder());

    static Stream<ActivationCoder> coders() {
        return CODERS.stream();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void allImplementationsGiveTheSameBytes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            Case rows = Case.random(random);

            byte[][] scalar = rows.coded(CODERS.getFirst());
            byte[][] vector = rows.coded(CODERS.getLast());

            assertThat(vector).as("seed %d, case %d: %s", seed, i, rows).isDeepEqualTo(scalar);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void allImplementationsReadAnyBytesAlike(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            int columns = 1 + random.nextInt(300);
            byte[] int8 = new byte[(int) ActivationCoder.int8RowBytes(columns)];
            byte[] bf16 = new byte[columns * Short.BYTES];
            random.nextBytes(int8);
            random.nextBytes(bf16);
            byte[][] read = new byte[4][columns * Float.BYTES];

            for (int coder = 0; coder < 2; coder++) {
                CODERS.get(coder).decodeInt8(segment(int8), 1, columns, segment(read[coder]));
                CODERS.get(coder).decodeBf16(segment(bf16), 1, columns, segment(read[2 + coder]));
            }

            assertThat(read[1]).as("seed %d, case %d, int8", seed, i).isEqualTo(read[0]);
            assertThat(read[3]).as("seed %d, case %d, bf16", seed, i).isEqualTo(read[2]);
        }
    }

    @ParameterizedTest
    @MethodSource("coders")
    void everyInt8GroupIsWhatItsDefinitionSays(ActivationCoder coder) {
        Random random = new Random(6);
        for (int i = 0; i < CASES; i++) {
            int columns = 1 + random.nextInt(200);
            Numbers numbers = Numbers.random(random);
            float[] values = numbers.next(random, columns);

            byte[] int8 = encodeInt8(coder, values);

            assertThat(int8).as("case %d of %s", i, numbers).isEqualTo(definedInt8(values));
        }
    }

    /** By trying every f16 scale, in doubles, in which the product of two floats is exact. */
    private static byte[] definedInt8(float[] values) {
        byte[] bytes = new byte[(int) ActivationCoder.int8RowBytes(values.length)];
        MemorySegment out = segment(bytes);
        int at = 0;
        for (int first = 0; first < values.length; first += GROUP) {
            float[] group = Arrays.copyOfRange(values, first, Math.min(first + GROUP, values.length));
            short scale = definedScale(group);
            out.set(SHORT, at, scale);
            float inverse = scale == 0 ? 0 : 1 / Float.float16ToFloat(scale);
            for (int i = 0; i < group.length; i++) {
                boolean lost = scale == 0x7C00;
                bytes[at + 2 + i] = lost ? 0 : (byte) Math.rint((double) group[i] * inverse);
            }
            at += 2 + group.length;
        }
        return bytes;
    }

    private static short definedScale(float[] group) {
        float largest = 0;
        for (float value : group) {
            if (!Float.isFinite(value)) {
                return 0x7C00;
            }
            largest = Math.max(largest, Math.abs(value));
        }
        int bits = 0;
        while (bits < 0x7C00 && Float.float16ToFloat((short) bits) < largest / 127) {
            bits++;
        }
        return (short) bits;
    }

    @ParameterizedTest
    @MethodSource("coders")
    void noElementMovesByMoreThanHalfAScale(ActivationCoder coder) {
        Random random = new Random(7);
        for (int i = 0; i < CASES; i++) {
            double size = Math.pow(10, random.nextDouble(-9, 6));
            float[] values = Numbers.USUAL.next(random, GROUP);
            for (int j = 0; j < GROUP; j++) {
                values[j] *= (float) size;
            }

            byte[] int8 = encodeInt8(coder, values);
            float[] read = decodeInt8(coder, int8, GROUP);

            double half = Float.float16ToFloat(segment(int8).get(SHORT, 0)) / 2.0;
            for (int j = 0; j < GROUP; j++) {
                assertThat(Math.abs((double) read[j] - values[j]))
                        .as("case %d, element %d of size %s", i, j, size)
                        .isLessThanOrEqualTo(half == 0 ? 0x1p-24 * 64 : half * (1 + 0x1p-14));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("coders")
    void writesTheBytesThatWereWorkedOutByHand(ActivationCoder coder) {
        float[] values = new float[66];
        values[0] = 127;
        values[1] = -127;
        values[2] = 2.5f; // ties to the even 2
        values[3] = 3.5f; // ties to the even 4
        values[4] = -0.5f;
        values[64] = -254;
        values[65] = 1;

        byte[] int8 = encodeInt8(coder, values);

        // 1.0 is 3C00, 2.0 is 4000; −1 ∕ 2 ties to 0, 1 ∕ 2 as well.
        String first = "003c" + "7f" + "81" + "02" + "04" + "00".repeat(60);
        assertThat(HexFormat.of().formatHex(int8)).isEqualTo(first + "0040" + "8100");
    }

    @ParameterizedTest
    @MethodSource("coders")
    void whatIsNoFiniteNumberSpoilsItsGroupAndNoOther(ActivationCoder coder) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] values = new float[3 * GROUP];
            Arrays.fill(values, 1);
            values[GROUP + 17] = bad;

            float[] read = decodeInt8(coder, encodeInt8(coder, values), values.length);

            for (int i = 0; i < values.length; i++) {
                boolean spoilt = i / GROUP == 1;
                assertThat(Float.isNaN(read[i]))
                        .as("element %d beside %s", i, bad)
                        .isEqualTo(spoilt);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("coders")
    void magnitudesThatNoScaleReachesAreNotWrittenAsSmallerOnes(ActivationCoder coder) {
        float reached = 127 * LARGEST_F16;
        float[] largest = {reached, 0, -reached};
        float[] beyond = {Math.nextUp(reached), 0, 1};

        assertThat(decodeInt8(coder, encodeInt8(coder, largest), 3)).containsExactly(largest);
        assertThat(decodeInt8(coder, encodeInt8(coder, beyond), 3)).containsExactly(Float.NaN, Float.NaN, Float.NaN);
    }

    @ParameterizedTest
    @MethodSource("coders")
    void zerosAndWhatIsTooSmallForAScaleBecomeZero(ActivationCoder coder) {
        float[] tiny = {0, -0f, Float.MIN_VALUE, -Float.MIN_NORMAL, 1e-30f};

        assertThat(decodeInt8(coder, encodeInt8(coder, new float[GROUP]), GROUP))
                .containsOnly(0);
        assertThat(decodeInt8(coder, encodeInt8(coder, tiny), tiny.length)).containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("coders")
    void bf16IsTheNearerNeighbourAndAtATieTheEvenOne(ActivationCoder coder) {
        Random random = new Random(8);
        for (int i = 0; i < CASES; i++) {
            float value = Numbers.random(random).next(random);
            short bits = encodeBf16(coder, value);
            float read = decodeBf16(coder, bits);

            assertThat(read).isEqualTo(Float.valueOf(Bf16.toFloat(bits)));
            assertThat(read).as("case %d: %s", i, value).isEqualTo(Float.valueOf(definedBf16(value)));
        }
    }

    private static float definedBf16(float value) {
        if (Float.isNaN(value)) {
            return value;
        }
        int below = Float.floatToRawIntBits(value) & 0xFFFF_0000;
        double low = Float.intBitsToFloat(below);
        int above = below + 0x1_0000;
        // Beyond the largest bf16 lies infinity, but the place of 2^128 decides what is nearer.
        double high =
                (above & 0x7FFF_FFFF) == 0x7F80_0000 ? Math.copySign(0x1p128, value) : Float.intBitsToFloat(above);
        double toLow = Math.abs(value - low);
        double toHigh = Math.abs(high - value);
        boolean down = toLow < toHigh || (toLow == toHigh && (below & 0x1_0000) == 0);
        return Float.intBitsToFloat(down || Float.isInfinite(value) ? below : above);
    }

    @ParameterizedTest
    @MethodSource("coders")
    void codingAllocatesNothing(ActivationCoder coder) {
        int columns = 200;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment f32 = arena.allocate(8L * columns * Float.BYTES);
            MemorySegment coded = arena.allocate(8L * columns * Float.BYTES);
            codeOften(coder, f32, columns, coded);

            long least = Long.MAX_VALUE;
            for (int round = 0; round < 10 && least > 0; round++) {
                long before = allocatedBytes();
                codeOften(coder, f32, columns, coded);
                least = Math.min(least, allocatedBytes() - before);
            }

            assertThat(least).as("bytes in 4,000 calls").isLessThan(4_000);
        }
    }

    private static void codeOften(ActivationCoder coder, MemorySegment f32, int columns, MemorySegment coded) {
        for (int i = 0; i < 2_000; i++) {
            coder.encodeBf16(f32, 8, columns, coded);
            coder.decodeBf16(coded, 8, columns, f32);
            coder.encodeInt8(f32, 8, columns, coded);
            coder.decodeInt8(coded, 8, columns, f32);
        }
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void theProviderChoosesTheVectorLoops() {
        assertThat(ActivationCoderProvider.open().name()).startsWith("vector");
    }

    private static byte[] encodeInt8(ActivationCoder coder, float[] values) {
        byte[] int8 = new byte[(int) ActivationCoder.int8RowBytes(values.length)];
        coder.encodeInt8(f32(values), 1, values.length, segment(int8));
        return int8;
    }

    private static float[] decodeInt8(ActivationCoder coder, byte[] int8, int columns) {
        MemorySegment f32 = f32(new float[columns]);
        coder.decodeInt8(segment(int8), 1, columns, f32);
        return f32.toArray(FLOAT);
    }

    private static short encodeBf16(ActivationCoder coder, float value) {
        float[] many = new float[33];
        Arrays.fill(many, value);
        MemorySegment bf16 = segment(new byte[66]);
        coder.encodeBf16(f32(many), 1, 33, bf16);
        assertThat(bf16.get(SHORT, 0)).isEqualTo(bf16.get(SHORT, 64));
        return bf16.get(SHORT, 0);
    }

    private static float decodeBf16(ActivationCoder coder, short bits) {
        MemorySegment bf16 = segment(new byte[2]);
        bf16.set(SHORT, 0, bits);
        MemorySegment f32 = segment(new byte[4]);
        coder.decodeBf16(bf16, 1, 1, f32);
        return f32.get(FLOAT, 0);
    }

    private static MemorySegment f32(float[] values) {
        MemorySegment segment = segment(new byte[values.length * Float.BYTES]);
        MemorySegment.copy(values, 0, segment, FLOAT, 0, values.length);
        return segment;
    }

    private static MemorySegment segment(byte[] bytes) {
        return MemorySegment.ofArray(bytes);
    }

    /** What the elements of a case look like. */
    private enum Numbers {
        USUAL {
            @Override
            float next(RandomGenerator random) {
                return (float) random.nextGaussian();
            }
        },
        WITH_OUTLIERS {
            @Override
            float next(RandomGenerator random) {
                return (float) (random.nextGaussian() * (random.nextInt(20) == 0 ? 1e4 : 1));
            }
        },
        ANY_BITS {
            @Override
            float next(RandomGenerator random) {
                return Float.intBitsToFloat(random.nextInt());
            }
        },
        ANY_FINITE_BITS {
            @Override
            float next(RandomGenerator random) {
                return Float.intBitsToFloat(random.nextInt() & 0xBFFF_FFFF);
            }
        },
        DENORMAL {
            @Override
            float next(RandomGenerator random) {
                return Float.intBitsToFloat(random.nextInt() & 0x807F_FFFF);
            }
        },
        AROUND_THE_SMALLEST_SCALE {
            @Override
            float next(RandomGenerator random) {
                return (float) (random.nextGaussian() * 0x1p-18);
            }
        },
        AROUND_THE_LARGEST_SCALE {
            @Override
            float next(RandomGenerator random) {
                return (float) (random.nextGaussian() * 3e6);
            }
        },
        TIES {
            @Override
            float next(RandomGenerator random) {
                return random.nextInt(-254, 255) / 2f;
            }
        },
        ZEROS {
            @Override
            float next(RandomGenerator random) {
                return random.nextBoolean() ? 0 : -0f;
            }
        };

        abstract float next(RandomGenerator random);

        float[] next(RandomGenerator random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = next(random);
            }
            return values;
        }

        static Numbers random(RandomGenerator random) {
            return values()[random.nextInt(values().length)];
        }
    }

    /** Rows at an odd place on the heap or outside, written and read again. */
    private record Case(int rows, int columns, Numbers numbers, int offset, boolean onHeap, MemorySegment values) {

        static Case random(RandomGenerator random) {
            int rows = 1 + random.nextInt(4);
            int columns = 1 + random.nextInt(300);
            Numbers numbers = Numbers.random(random);
            float[] values = numbers.next(random, rows * columns);
            return new Case(rows, columns, numbers, random.nextInt(8), random.nextBoolean(), f32(values));
        }

        byte[][] coded(ActivationCoder coder) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment f32 = place(arena, values.byteSize()).copyFrom(values);
                MemorySegment bf16 = place(arena, values.byteSize() / 2);
                MemorySegment int8 = place(arena, rows * ActivationCoder.int8RowBytes(columns));
                MemorySegment fromBf16 = place(arena, f32.byteSize());
                MemorySegment fromInt8 = place(arena, f32.byteSize());
                coder.encodeBf16(f32, rows, columns, bf16);
                coder.encodeInt8(f32, rows, columns, int8);
                coder.decodeBf16(bf16, rows, columns, fromBf16);
                coder.decodeInt8(int8, rows, columns, fromInt8);
                return Stream.of(bf16, int8, fromBf16, fromInt8)
                        .map(segment -> segment.toArray(ValueLayout.JAVA_BYTE))
                        .toArray(byte[][]::new);
            }
        }

        private MemorySegment place(Arena arena, long bytes) {
            MemorySegment memory = onHeap
                    ? MemorySegment.ofArray(new byte[Math.toIntExact(bytes + offset)])
                    : arena.allocate(bytes + offset);
            return memory.asSlice(offset);
        }

        @Override
        public String toString() {
            return "[%d, %d] %s at %d%s".formatted(rows, columns, numbers, offset, onHeap ? " on the heap" : "");
        }
    }
}
