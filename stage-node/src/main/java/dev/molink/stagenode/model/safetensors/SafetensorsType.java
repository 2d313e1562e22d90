package dev.molink.stagenode.model.safetensors;

import dev.molink.kernels.DType;
import org.jspecify.annotations.Nullable;

/** Element types that safetensors files may name; the sizes are needed to check ranges, also of tensors nobody reads. */
@SuppressWarnings("unused") // looked up by name
enum SafetensorsType {
    BOOL(8, null),
    F4(4, null),
    F6_E2M3(6, null),
    F6_E3M2(6, null),
    U8(8, null),
    I8(8, null),
    F8_E5M2(8, null),
    F8_E4M3(8, null),
    F8_E8M0(8, null),
    I16(16, null),
    U16(16, null),
    F16(16, DType.F16),
    BF16(16, DType.BF16),
    I32(32, null),
    U32(32, null),
    F32(32, DType.F32),
    C64(64, null),
    F64(64, null),
    I64(64, null),
    U64(64, null);

    private final int bits;
    private final @Nullable DType dtype;

    SafetensorsType(int bits, @Nullable DType dtype) {
        this.bits = bits;
        this.dtype = dtype;
    }

    int bits() {
        return bits;
    }

    /** Null when kernels cannot read it. */
    @Nullable
    DType dtype() {
        return dtype;
    }
}
