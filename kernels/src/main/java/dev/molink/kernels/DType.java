package dev.molink.kernels;

/**
 * How the elements of a stored tensor are written. Every multi-byte field is little-endian; the block formats are laid
 * out as GGUF stores them. Kernels compute in f32 whatever the stored type is.
 */
public enum DType {
    /** IEEE 754 binary32. */
    F32(1, 4),
    /** IEEE 754 binary16. */
    F16(1, 2),
    /** The upper half of a binary32. */
    BF16(1, 2),
    /** 32 elements: an f16 scale, then 32 signed bytes; value = scale × byte. */
    Q8_0(32, 34),
    /** 32 elements: an f16 scale, then 16 bytes, low nibbles first; value = scale × (nibble − 8). */
    Q4_0(32, 18);

    private final int blockElements;
    private final int blockBytes;

    DType(int blockElements, int blockBytes) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** Elements that are stored together; 1 for the plain formats. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of one block. */
    public int blockBytes() {
        return blockBytes;
    }

    /**
     * Bytes of {@code elements} consecutive elements.
     *
     * @throws IllegalArgumentException if they are not a whole number of blocks
     */
    public long bytes(long elements) {
        if (elements < 0 || elements % blockElements != 0) {
            throw new IllegalArgumentException(
                    "%d elements are not whole %s blocks of %d".formatted(elements, this, blockElements));
        }
        return elements / blockElements * blockBytes;
    }
}
