package dev.molink.stagenode.codec;

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

    /** As flags, handshake and metrics write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
