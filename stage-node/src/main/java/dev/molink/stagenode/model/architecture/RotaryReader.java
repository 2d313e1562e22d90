package dev.molink.stagenode.model.architecture;

import dev.molink.kernels.RotaryScaling;
import dev.molink.kernels.RotarySpec;
import dev.molink.stagenode.model.format.ConfigValues;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rotary rule in both of its published forms: {@code rope_theta} with {@code rope_scaling}, and
 * {@code rope_parameters} that hold both. What a missing value means is taken from Hugging Face's
 * {@code modeling_rope_utils}.
 */
final class RotaryReader {

    private static final double DEFAULT_BASE = 10_000;
    private static final double MAX_BASE = 1e15;
    private static final double LEAST_FACTOR = 1e-3;
    private static final double MAX_FACTOR = 1e6;
    private static final String ORIGINAL = "original_max_position_embeddings";

    private RotaryReader() {}

    static RotarySpec read(ConfigValues values, int headDim, int maxPositions) {
        Optional<ConfigValues> parameters = values.object("rope_parameters");
        double base = values.numberOr("rope_theta", DEFAULT_BASE, 1, MAX_BASE);
        if (parameters.isPresent()) {
            base = parameters.get().numberOr("rope_theta", base, 1, MAX_BASE);
        }
        requireWholeHead(values);
        parameters.ifPresent(RotaryReader::requireOneRule);
        RotaryScaling scaling = parameters
                .or(() -> values.object("rope_scaling"))
                .map(rule -> scaling(rule, maxPositions))
                .orElse(new RotaryScaling.None());
        return new RotarySpec(headDim, base, scaling);
    }

    private static void requireWholeHead(ConfigValues values) {
        double share = values.numberOr("partial_rotary_factor", 1, 0, 1);
        if (share != 1) {
            throw values.refused("partial_rotary_factor", share, "1 for this architecture");
        }
    }

    /** Some architectures keep one rule per kind of layer; to read theirs as a default rule would be silently wrong. */
    private static void requireOneRule(ConfigValues parameters) {
        requireWholeHead(parameters);
        if (parameters.has("full_attention") || parameters.has("sliding_attention")) {
            throw parameters.refused(
                    "rope_parameters hold a rule per kind of layer; allowed is one rule for all layers");
        }
    }

    private static RotaryScaling scaling(ConfigValues rule, int maxPositions) {
        String key = rule.has("rope_type") || !rule.has("type") ? "rope_type" : "type";
        String type = rule.textOr(key, "default");
        return switch (type) {
            case "default" -> new RotaryScaling.None();
            case "linear" -> new RotaryScaling.Linear(factor(rule));
            case "dynamic" -> new RotaryScaling.Dynamic(factor(rule), original(rule, maxPositions));
            case "llama3" -> llama3(rule);
            case "yarn" -> yarn(rule, maxPositions);
            default -> throw rule.refused(key, '"' + type + '"', "one of default, linear, dynamic, yarn, llama3");
        };
    }

    private static double factor(ConfigValues rule) {
        return rule.requireNumber("factor", LEAST_FACTOR, MAX_FACTOR);
    }

    private static int original(ConfigValues rule, int maxPositions) {
        return rule.intOr(ORIGINAL, maxPositions, 1, Limits.POSITIONS);
    }

    private static RotaryScaling llama3(ConfigValues rule) {
        double low = rule.requireNumber("low_freq_factor", LEAST_FACTOR, MAX_FACTOR);
        double high = rule.requireNumber("high_freq_factor", LEAST_FACTOR, MAX_FACTOR);
        if (high <= low) {
            throw rule.refused("high_freq_factor", high, "a number above low_freq_factor " + low);
        }
        return new RotaryScaling.Llama3(factor(rule), low, high, rule.requireInt(ORIGINAL, 1, Limits.POSITIONS));
    }

    private static RotaryScaling yarn(ConfigValues rule, int maxPositions) {
        int original = original(rule, maxPositions);
        double factor = rule.numberOr("factor", (double) maxPositions / original, LEAST_FACTOR, MAX_FACTOR);
        return new RotaryScaling.Yarn(
                factor,
                original,
                optional(rule, "attention_factor"),
                rule.numberOr("beta_fast", 32, LEAST_FACTOR, MAX_FACTOR),
                rule.numberOr("beta_slow", 1, LEAST_FACTOR, MAX_FACTOR),
                rule.numberOr("mscale", 0, 0, MAX_FACTOR),
                rule.numberOr("mscale_all_dim", 0, 0, MAX_FACTOR),
                rule.flagOr("truncate", true));
    }

    private static @Nullable Double optional(ConfigValues rule, String key) {
        return rule.has(key) ? rule.requireNumber(key, LEAST_FACTOR, MAX_FACTOR) : null;
    }
}
