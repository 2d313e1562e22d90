package dev.molink.stagenode.model.architecture;

/** Whose tensor names a file uses. */
public enum TensorNaming {
    CHECKPOINT,
    GGUF
}
