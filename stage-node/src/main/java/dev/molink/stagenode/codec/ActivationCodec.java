package dev.molink.stagenode.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/** How the hidden state that crosses a cut is written; one for all links of a formation. */
public enum ActivationCodec {
    /** As it was computed. */
    F32,
    /** Rounded to nearest, ties to even. */
    BF16,
    /** In groups of 64 elements of a row, each with a scale in f16. */
    INT8;

    /** Elements that share a scale; the last group of a row may be shorter. */
    public static final int GROUP = 64;

    /**
     * Reads {@code f32}, {@code bf16} or {@code int8}.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    public static ActivationCodec parse(String text) {
        return switch (text) {
            case "f32" -> F32;
            case "bf16" -> BF16;
            case "int8" -> INT8;
            default ->
                throw new IllegalArgumentException("codec '%s' is unknown; allowed: f32, bf16, int8".formatted(text));
        };
    }

    /** Bytes of one row of {@code hiddenSize} elements on the wire. */
    public long rowBytes(int hiddenSize) {
        return switch (this) {
            case F32 -> (long) hiddenSize * Float.BYTES;
            case BF16 -> (long) hiddenSize * Short.BYTES;
            case INT8 -> hiddenSize + (long) Math.ceilDiv(hiddenSize, GROUP) * Short.BYTES;
        };
    }

    /** Writes rows for the wire: {@code rows} · {@link #rowBytes} bytes. */
    public void encode(MemorySegment f32, int rows, int hiddenSize, MemorySegment out) {
        if (this == F32) {
            out.copyFrom(f32);
            return;
        }
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < hiddenSize; column++) {
                float value = f32.get(FLOAT, ((long) row * hiddenSize + column) * Float.BYTES);
                if (this == BF16) {
                    int bits = Float.floatToRawIntBits(value);
                    int rounded = (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
                    out.set(SHORT, ((long) row * hiddenSize + column) * Short.BYTES, (short) rounded);
                } else {
                    long group = row * rowBytes(hiddenSize) + column / GROUP * (GROUP + 2L);
                    if (column % GROUP == 0) {
                        float max = 0;
                        for (int i = column; i < Math.min(hiddenSize, column + GROUP); i++) {
                            max = Math.max(max, Math.abs(f32.get(FLOAT, ((long) row * hiddenSize + i) * Float.BYTES)));
                        }
                        out.set(SHORT, group, Float.floatToFloat16(max / 127));
                    }
                    float scale = Float.float16ToFloat(out.get(SHORT, group));
                    int quant = scale == 0 ? 0 : Math.clamp(Math.round(value / scale), -127, 127);
                    out.set(ValueLayout.JAVA_BYTE, group + 2 + column % GROUP, (byte) quant);
                }
            }
        }
    }

    /** Reads what {@link #encode} wrote. */
    public void decode(MemorySegment in, int rows, int hiddenSize, MemorySegment f32Out) {
        if (this == F32) {
            f32Out.copyFrom(in);
            return;
        }
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < hiddenSize; column++) {
                long at = ((long) row * hiddenSize + column) * Float.BYTES;
                if (this == BF16) {
                    int bits = in.get(SHORT, ((long) row * hiddenSize + column) * Short.BYTES) << 16;
                    f32Out.set(FLOAT, at, Float.intBitsToFloat(bits));
                } else {
                    long group = row * rowBytes(hiddenSize) + column / GROUP * (GROUP + 2L);
                    float scale = Float.float16ToFloat(in.get(SHORT, group));
                    f32Out.set(FLOAT, at, scale * in.get(ValueLayout.JAVA_BYTE, group + 2 + column % GROUP));
                }
            }
        }
    }

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    /** As flags, handshake and metrics write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
