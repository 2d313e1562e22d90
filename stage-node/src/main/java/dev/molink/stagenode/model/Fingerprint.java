package dev.molink.stagenode.model;

import dev.molink.kernels.RotaryScaling;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.architecture.TensorSlot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Identity of a model: hex SHA-256 over the normalised configuration and the role, name and shape of every tensor of the
 * whole model, in the specification's order.
 *
 * <p>Stages of one pipeline hold different shards, and none may need another's, so nothing is hashed that only the data
 * or the header of some shard tells. Nothing is lost by that: a tensor whose header has another shape than the
 * specification's does not load. Three things are left out on purpose: the type of the weights, which formation compares
 * apart from this; end and begin ids, which only the head uses and may complete from generation defaults; and the pair
 * layout, which never leaves a stage. Checkpoints that differ only in the values of their weights have one fingerprint,
 * and are told apart by the model's name.
 */
final class Fingerprint {

    private static final String RULE = "molink model 1\n";

    private Fingerprint() {}

    static String of(DecoderSpecification specification) {
        StringBuilder text = new StringBuilder(RULE);
        append(text, specification.config());
        for (TensorSlot slot : specification.slots()) {
            text.append(slot.role())
                    .append(' ')
                    .append(slot.checkpointName())
                    .append(' ')
                    .append(slot.shape())
                    .append('\n');
        }
        return HexFormat.of().formatHex(sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Numbers that kernels use as f32 are written as f32, so that files which store them so agree with those that do not. */
    private static void append(StringBuilder text, ModelConfig config) {
        text.append("architecture ").append(config.architecture()).append('\n');
        text.append("layers ").append(config.layers()).append('\n');
        text.append("heads ").append(config.attentionHeads()).append(' ').append(config.keyValueHeads());
        text.append(' ').append(config.headDim()).append('\n');
        text.append("epsilon ")
                .append(Float.toHexString((float) config.normEpsilon()))
                .append('\n');
        text.append("rotary ").append(config.rotary().width()).append(' ');
        text.append(Float.toHexString((float) config.rotary().base())).append(' ');
        text.append(scaling(config.rotary().scaling())).append('\n');
        text.append("positions ").append(config.maxPositions()).append('\n');
        text.append("window ").append(config.slidingWindow()).append('\n');
        text.append("tied ").append(config.tiedEmbeddings()).append('\n');
    }

    private static String scaling(RotaryScaling scaling) {
        return scaling instanceof RotaryScaling.Divisors(float[] divisors)
                ? "Divisors" + Arrays.toString(divisors)
                : scaling.toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
