package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.WireDType;
import dev.molink.stagenode.codec.ActivationCodec;

/** How the contract calls the codecs. */
final class WireTypes {

    private WireTypes() {}

    static WireDType of(ActivationCodec codec) {
        return switch (codec) {
            case F32 -> WireDType.WIRE_DTYPE_F32;
            case BF16 -> WireDType.WIRE_DTYPE_BF16;
            case INT8 -> WireDType.WIRE_DTYPE_INT8;
        };
    }
}
