package dev.molink.kernels;

/** Which elements of a head form a rotary pair. */
public enum PairLayout {
    /** Elements {@code i} and {@code i + width / 2}: Hugging Face checkpoints, most GGUF architectures. */
    HALVES,
    /** Elements {@code 2i} and {@code 2i + 1}: GGUF llama, whose query and key rows are permuted to it. */
    NEIGHBOURS
}
