package dev.molink.stagenode.model.architecture;

/** The largest values that a configuration may claim; far above every published model, far below what would overflow. */
public final class Limits {

    public static final int LAYERS = 4096;
    public static final int HIDDEN_SIZE = 1 << 18;
    public static final int INTERMEDIATE_SIZE = 1 << 21;
    public static final int HEADS = 1 << 14;
    public static final int HEAD_DIM = 1 << 14;
    public static final int VOCABULARY = 1 << 24;
    public static final int POSITIONS = 1 << 28;

    private Limits() {}
}
