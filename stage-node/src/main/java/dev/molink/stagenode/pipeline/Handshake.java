package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.codec.ActivationCodec;
import java.util.Arrays;
import java.util.List;

/** What this release speaks. */
public final class Handshake {

    /** Raised with every change that an older release would misunderstand. */
    public static final int PROTOCOL_VERSION = 5;

    /** What this stage can do; a formation asks for what it uses. */
    public static final List<String> CAPABILITIES =
            Arrays.stream(ActivationCodec.values()).map(Handshake::capability).toList();

    private Handshake() {}

    /** What a stage must be able to do for activations in {@code codec}. */
    static String capability(ActivationCodec codec) {
        return "codec-" + codec;
    }
}
