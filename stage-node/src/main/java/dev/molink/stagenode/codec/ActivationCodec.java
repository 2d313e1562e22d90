package dev.molink.stagenode.codec;

import dev.molink.kernels.ActivationCoder;
import dev.molink.kernels.ActivationCoderProvider;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * How the hidden state that crosses a cut is written; one for all links of a formation. Rows follow each other without
 * padding, and each is written by itself, so that any range of rows can be encoded and decoded alone, with the same
 * bytes. {@link ActivationCoder} defines the bytes; everything is little-endian.
 */
public enum ActivationCodec {
    /** As it was computed. */
    F32,
    /** Rounded to nearest, ties to even. */
    BF16,
    /** In groups of 64 elements of a row, each an f16 scale followed by a signed byte for each element. */
    INT8;

    /** Elements that share a scale; the last group of a row may be shorter. */
    public static final int GROUP = ActivationCoder.GROUP;

    /** Chosen when the first activation is coded. */
    private static final class Coder {
        static final ActivationCoder CHOSEN = ActivationCoderProvider.open();
    }

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
            case INT8 -> ActivationCoder.int8RowBytes(hiddenSize);
        };
    }

    /**
     * Writes rows for the wire. Allocates nothing; several threads may encode at once.
     *
     * @param f32 {@code [rows, hiddenSize]} f32, read; on the heap or outside, as {@code out}
     * @param out {@code rows} · {@link #rowBytes} bytes, written; must not overlap {@code f32}
     * @throws IllegalArgumentException if a segment has another size; nothing was written then
     */
    public void encode(MemorySegment f32, int rows, int hiddenSize, MemorySegment out) {
        requireSizes(f32, out, rows, hiddenSize);
        switch (this) {
            case F32 -> out.copyFrom(f32);
            case BF16 -> Coder.CHOSEN.encodeBf16(f32, rows, hiddenSize, out);
            case INT8 -> Coder.CHOSEN.encodeInt8(f32, rows, hiddenSize, out);
        }
    }

    /**
     * Reads what {@link #encode} wrote. Allocates nothing; several threads may decode at once.
     *
     * @param in {@code rows} · {@link #rowBytes} bytes, read; on the heap or outside, as {@code f32Out}
     * @param f32Out {@code [rows, hiddenSize]} f32, written; must not overlap {@code in}
     * @throws IllegalArgumentException if a segment has another size; nothing was written then
     */
    public void decode(MemorySegment in, int rows, int hiddenSize, MemorySegment f32Out) {
        requireSizes(f32Out, in, rows, hiddenSize);
        switch (this) {
            case F32 -> f32Out.copyFrom(in);
            case BF16 -> Coder.CHOSEN.decodeBf16(in, rows, hiddenSize, f32Out);
            case INT8 -> Coder.CHOSEN.decodeInt8(in, rows, hiddenSize, f32Out);
        }
    }

    private void requireSizes(MemorySegment f32, MemorySegment encoded, int rows, int hiddenSize) {
        if (rows < 0 || hiddenSize < 1) {
            throw new IllegalArgumentException(
                    "codec %s: %d rows of %d elements; at least 0 rows of at least 1 element are possible"
                            .formatted(this, rows, hiddenSize));
        }
        requireSize(f32, rows, hiddenSize, F32.rowBytes(hiddenSize), "in f32");
        requireSize(encoded, rows, hiddenSize, rowBytes(hiddenSize), "encoded");
    }

    private void requireSize(MemorySegment segment, int rows, int hiddenSize, long rowBytes, String form) {
        if (segment.byteSize() != rows * rowBytes) {
            throw new IllegalArgumentException("codec %s: %d rows of %d elements take %d bytes %s, %d were given"
                    .formatted(this, rows, hiddenSize, rows * rowBytes, form, segment.byteSize()));
        }
    }

    /** As flags, handshake and metrics write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
