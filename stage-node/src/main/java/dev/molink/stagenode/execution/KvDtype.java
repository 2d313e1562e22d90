package dev.molink.stagenode.execution;

import dev.molink.kernels.DType;
import java.util.Locale;

/** How a stage keeps keys and values; all stages of a pipeline alike. */
public enum KvDtype {
    F32(DType.F32),
    BF16(DType.BF16);

    /** What {@code auto} stands for; docs/decisions/0005 says why. */
    public static final KvDtype DEFAULT = F32;

    private final DType stored;

    KvDtype(DType stored) {
        this.stored = stored;
    }

    /**
     * What {@code --kv-dtype} asks for.
     *
     * @throws IllegalArgumentException if it means nothing; the message names what does
     */
    public static KvDtype of(String flag) {
        return switch (flag) {
            case "auto" -> DEFAULT;
            case "f32" -> F32;
            case "bf16" -> BF16;
            default ->
                throw new IllegalArgumentException(
                        "--kv-dtype %s is not available; allowed: auto, bf16, f32".formatted(flag));
        };
    }

    DType stored() {
        return stored;
    }

    /** As flags and the handshake write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
