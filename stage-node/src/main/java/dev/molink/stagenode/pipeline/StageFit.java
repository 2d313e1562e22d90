package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.stage.v1.KvGroupSize;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.stagenode.codec.ActivationCodec;
import java.util.List;
import java.util.Optional;

/**
 * Whether stages make a pipeline. Each refusal is one sentence that names both sides, what each of them has, and where
 * it helps the cure.
 */
final class StageFit {

    private static final int SHOWN_FINGERPRINT = 12;

    private final StageDescription head;

    /** @param head what all other stages must fit to */
    StageFit(StageDescription head) {
        this.head = head;
    }

    /**
     * Why the stages, in layer order with the head first, make no pipeline; empty when they do.
     *
     * @param announced the same stages as the gateway or the join knew them
     */
    Optional<String> refusal(List<StageDescription> stages, List<StageAddress> announced) {
        for (int i = 0; i < stages.size(); i++) {
            StageDescription stage = stages.get(i);
            StageAddress place = announced.get(i);
            Optional<String> refusal = refusal(stage).or(() -> notAsAnnounced(stage, place));
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return coverRefusal(stages);
    }

    /** Why one stage does not fit to the head, its layers aside. */
    Optional<String> refusal(StageDescription stage) {
        if (stage.getProtocolVersion() != head.getProtocolVersion()) {
            return differ(
                    stage,
                    "speaks protocol version %d".formatted(stage.getProtocolVersion()),
                    "version %d; run the same release of MoLink on both".formatted(head.getProtocolVersion()));
        }
        if (!stage.getPipeline().equals(head.getPipeline())) {
            return differ(
                    stage,
                    "belongs to pipeline '%s'".formatted(stage.getPipeline()),
                    "to pipeline '%s'; start both with the same --pipeline".formatted(head.getPipeline()));
        }
        if (!stage.getModel().getFingerprint().equals(head.getModel().getFingerprint())) {
            return differ(
                    stage, "has model " + model(stage), "model " + model(head) + "; give both the same model files");
        }
        if (!stage.getModel().getDtype().equals(head.getModel().getDtype())) {
            return differ(
                    stage,
                    "holds weights as %s".formatted(stage.getModel().getDtype()),
                    "as %s; start both with the same --dtype"
                            .formatted(head.getModel().getDtype()));
        }
        if (!stage.getKvDtype().equals(head.getKvDtype())) {
            return differ(
                    stage,
                    "keeps keys and values as %s".formatted(stage.getKvDtype()),
                    "as %s; start both with the same --kv-dtype".formatted(head.getKvDtype()));
        }
        if (!windows(stage).equals(windows(head))) {
            return differ(
                    stage,
                    "has KV groups of windows %s".formatted(windows(stage)),
                    "of %s; run the same release of MoLink on both".formatted(windows(head)));
        }
        return Optional.empty();
    }

    /** Why the stages, the head included, cannot all use a codec; empty when they can. */
    Optional<String> refusal(List<StageDescription> stages, ActivationCodec codec) {
        String needed = Handshake.capability(codec);
        return stages.stream()
                .filter(stage -> !stage.getCapabilitiesList().contains(needed))
                .findFirst()
                .flatMap(stage -> differ(
                        stage,
                        "can %s".formatted(stage.getCapabilitiesList()),
                        "needs %s for this pipeline; run the same release of MoLink on both, or start the head with a --codec that both can"
                                .formatted(needed)));
    }

    private static List<Integer> windows(StageDescription stage) {
        return stage.getKvGroupsList().stream()
                .map(KvGroupSize::getWindowTokens)
                .toList();
    }

    private Optional<String> differ(StageDescription stage, String theirs, String ours) {
        return Optional.of("%s %s, %s %s".formatted(name(stage), theirs, name(head), ours));
    }

    private Optional<String> notAsAnnounced(StageDescription stage, StageAddress announced) {
        if (!stage.getNodeId().equals(announced.getNodeId())) {
            return Optional.of("at %s node %s answers, node %s was announced there"
                    .formatted(announced.getAddress(), stage.getNodeId(), announced.getNodeId()));
        }
        if (stage.getFirstLayer() != announced.getFirstLayer() || stage.getEndLayer() != announced.getEndLayer()) {
            return Optional.of("%s holds layers %s, it was announced with [%d, %d)"
                    .formatted(name(stage), layers(stage), announced.getFirstLayer(), announced.getEndLayer()));
        }
        return Optional.empty();
    }

    private Optional<String> coverRefusal(List<StageDescription> stages) {
        int layers = head.getModel().getLayers();
        StageDescription first = stages.getFirst();
        if (first.getFirstLayer() != 0) {
            return missing(
                    0, first.getFirstLayer(), "%s begins at layer %d".formatted(name(first), first.getFirstLayer()));
        }
        for (int i = 1; i < stages.size(); i++) {
            Optional<String> refusal = cutRefusal(stages.get(i - 1), stages.get(i));
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        StageDescription last = stages.getLast();
        if (last.getEndLayer() == layers) {
            return Optional.empty();
        }
        return missing(
                last.getEndLayer(),
                layers,
                "%s ends at layer %d of a model with %d".formatted(name(last), last.getEndLayer(), layers));
    }

    private static Optional<String> cutRefusal(StageDescription before, StageDescription after) {
        int end = before.getEndLayer();
        int start = after.getFirstLayer();
        if (start > end) {
            return missing(
                    end,
                    start,
                    "%s ends at layer %d, %s begins at %d".formatted(name(before), end, name(after), start));
        }
        if (start < end) {
            return Optional.of(overlap(before, after));
        }
        return Optional.empty();
    }

    /** The refusal of two stages that hold the same layers. */
    static String overlap(StageDescription one, StageDescription other) {
        return "layers [%d, %d) are held twice: %s holds %s, %s holds %s"
                .formatted(
                        Math.max(one.getFirstLayer(), other.getFirstLayer()),
                        Math.min(one.getEndLayer(), other.getEndLayer()),
                        name(one),
                        layers(one),
                        name(other),
                        layers(other));
    }

    private static Optional<String> missing(int first, int end, String who) {
        return Optional.of("layers [%d, %d) are held by nobody: %s".formatted(first, end, who));
    }

    /** How sentences and logs name a stage. */
    static String name(StageDescription stage) {
        return "node %s at %s".formatted(stage.getNodeId(), stage.getAddress());
    }

    static String name(StageAddress stage) {
        return "node %s at %s".formatted(stage.getNodeId(), stage.getAddress());
    }

    private static String model(StageDescription stage) {
        String fingerprint = stage.getModel().getFingerprint();
        return "'%s' (fingerprint %s)"
                .formatted(
                        stage.getModel().getName(),
                        fingerprint.substring(0, Math.min(SHOWN_FINGERPRINT, fingerprint.length())));
    }

    private static String layers(StageDescription stage) {
        return "[%d, %d)".formatted(stage.getFirstLayer(), stage.getEndLayer());
    }
}
