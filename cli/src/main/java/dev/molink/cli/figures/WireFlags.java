package dev.molink.cli.figures;

import dev.molink.stagenode.engine.WireOptions;
import java.util.ArrayList;
import java.util.List;

/** Flags of a stage process. */
final class WireFlags {

    private WireFlags() {}

    /** The flags given, and those that say how activations cross the links. */
    static List<String> with(WireOptions wire, String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.addAll(List.of("--codec", wire.codec().toString()));
        all.addAll(List.of("--transmit-policy", wire.policy().toString()));
        return all;
    }
}
