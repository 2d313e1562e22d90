package dev.molink.stagenode.engine;

import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.transmit.TransmitPolicy;

/**
 * What a head wants of the links of a pipeline that it forms.
 *
 * @param codec of activations; where it says so, chosen by the measured links
 * @param policy in which order every link sends
 */
public record WireOptions(CodecOption codec, TransmitPolicy policy) {

    /** Activations as they are computed. */
    public static final WireOptions EXACT =
            new WireOptions(new CodecOption.Fixed(ActivationCodec.F32), TransmitPolicy.FAIR);
}
