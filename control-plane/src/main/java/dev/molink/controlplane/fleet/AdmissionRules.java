package dev.molink.controlplane.fleet;

import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.ModelIdentity;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** When a node may join. Each rule answers with a sentence that names both sides, or with null. */
final class AdmissionRules {

    private static final int MAX_NAME_LENGTH = 200;

    private AdmissionRules() {}

    /** Why {@code hello} cannot join {@code others}, or null when it can. */
    static @Nullable String refusal(Hello hello, Collection<LiveNode> others) {
        String malformed = malformed(hello);
        if (malformed != null) {
            return malformed;
        }
        for (LiveNode other : others) {
            String conflict = conflict(hello, other.hello());
            if (conflict != null) {
                return conflict;
            }
        }
        return null;
    }

    private static @Nullable String malformed(Hello hello) {
        String name = name("node id", hello.getNodeId());
        String pipeline = name("pipeline name", hello.getPipeline());
        String model = name("model name", hello.getModel().getName());
        if (name != null || pipeline != null || model != null) {
            return name != null ? name : pipeline != null ? pipeline : model;
        }
        int layers = hello.getModel().getLayers();
        boolean inside = hello.getFirstLayer() >= 0
                && hello.getFirstLayer() < hello.getEndLayer()
                && hello.getEndLayer() <= layers;
        return inside
                ? null
                : "node %s holds layers [%d, %d), but %s has layers [0, %d)"
                        .formatted(
                                described(hello),
                                hello.getFirstLayer(),
                                hello.getEndLayer(),
                                hello.getModel().getName(),
                                layers);
    }

    private static @Nullable String name(String what, String value) {
        if (value.isBlank()) {
            return "a node needs a " + what + ", but it is empty";
        }
        return value.length() > MAX_NAME_LENGTH
                ? "a %s has at most %d characters, but it has %d".formatted(what, MAX_NAME_LENGTH, value.length())
                : null;
    }

    private static @Nullable String conflict(Hello hello, Hello other) {
        ModelIdentity mine = hello.getModel();
        ModelIdentity theirs = other.getModel();
        if (!mine.getName().equals(theirs.getName())) {
            return null;
        }
        if (mine.getLayers() != theirs.getLayers()) {
            return differs(hello, other, "has %d layers", mine.getLayers(), theirs.getLayers());
        }
        if (!mine.getFingerprint().equals(theirs.getFingerprint())) {
            return differs(hello, other, "has the fingerprint %s", shortened(mine), shortened(theirs));
        }
        if (!mine.getDtype().equals(theirs.getDtype())) {
            return differs(hello, other, "is held as %s", mine.getDtype(), theirs.getDtype());
        }
        return overlap(hello, other);
    }

    private static @Nullable String overlap(Hello hello, Hello other) {
        LayerRange mine = new LayerRange(hello.getFirstLayer(), hello.getEndLayer());
        LayerRange theirs = new LayerRange(other.getFirstLayer(), other.getEndLayer());
        return hello.getPipeline().equals(other.getPipeline()) && mine.overlaps(theirs)
                ? "node %s holds layers %s of %s, which overlap layers %s of node %s in the pipeline '%s'"
                        .formatted(
                                described(hello),
                                mine,
                                hello.getModel().getName(),
                                theirs,
                                described(other),
                                hello.getPipeline())
                : null;
    }

    private static String differs(Hello hello, Hello other, String fact, Object mine, Object theirs) {
        return "%s %s at node %s, but %s at node %s"
                .formatted(
                        hello.getModel().getName(),
                        fact.formatted(mine),
                        described(hello),
                        fact.formatted(theirs),
                        described(other));
    }

    private static String described(Hello hello) {
        return hello.getAdvertisedAddress().isBlank()
                ? hello.getNodeId()
                : "%s at %s".formatted(hello.getNodeId(), hello.getAdvertisedAddress());
    }

    private static String shortened(ModelIdentity identity) {
        String fingerprint = identity.getFingerprint();
        return fingerprint.length() > 12 ? fingerprint.substring(0, 12) + "…" : fingerprint;
    }
}
