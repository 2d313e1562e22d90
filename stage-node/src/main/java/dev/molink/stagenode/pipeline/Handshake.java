package dev.molink.stagenode.pipeline;

import java.util.List;

/** What this release speaks. */
public final class Handshake {

    /** Raised with every change that an older release would misunderstand. */
    public static final int PROTOCOL_VERSION = 3;

    /** What a stage must be able to do to stand in a pipeline with this one. */
    public static final List<String> CAPABILITIES = List.of("codec-f32");

    static final String CODEC = "f32";

    private Handshake() {}
}
