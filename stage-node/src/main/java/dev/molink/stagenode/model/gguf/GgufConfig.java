package dev.molink.stagenode.model.gguf;

import dev.molink.stagenode.model.format.ConfigValues;
import dev.molink.stagenode.model.format.ModelFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Translates GGUF metadata into the keys of {@code config.json}; errors still name the key that the file has. */
final class GgufConfig {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String SCALING = "rope_scaling";
    private static final int MAX_SHOWN_ITEMS = 8;

    /** Key of {@code config.json} → key of the file; {@code ARCH} stands for the architecture's name. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("model_type", "general.architecture"),
            Map.entry("num_hidden_layers", "ARCH.block_count"),
            Map.entry("hidden_size", "ARCH.embedding_length"),
            Map.entry("intermediate_size", "ARCH.feed_forward_length"),
            Map.entry("num_attention_heads", "ARCH.attention.head_count"),
            Map.entry("num_key_value_heads", "ARCH.attention.head_count_kv"),
            Map.entry("head_dim", "ARCH.attention.key_length"),
            Map.entry("max_position_embeddings", "ARCH.context_length"),
            Map.entry("rms_norm_eps", "ARCH.attention.layer_norm_rms_epsilon"),
            Map.entry("rope_theta", "ARCH.rope.freq_base"),
            Map.entry("vocab_size", "ARCH.vocab_size"),
            Map.entry("sliding_window", "ARCH.attention.sliding_window"),
            Map.entry("bos_token_id", "tokenizer.ggml.bos_token_id"));

    private static final Map<String, String> SCALING_KEYS = Map.of(
            "rope_type", "ARCH.rope.scaling.type",
            "factor", "ARCH.rope.scaling.factor",
            "original_max_position_embeddings", "ARCH.rope.scaling.original_context_length",
            "attention_factor", "ARCH.rope.scaling.attn_factor",
            "beta_fast", "ARCH.rope.scaling.yarn_beta_fast",
            "beta_slow", "ARCH.rope.scaling.yarn_beta_slow");

    /** Ids that end a generation: of the text, of a turn, of a message. */
    private static final List<String> END_KEYS =
            List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");

    private final GgufFile file;
    private final String architecture;

    private GgufConfig(GgufFile file) {
        this.file = file;
        this.architecture = file.text("general.architecture").orElse("");
    }

    static ConfigValues of(GgufFile file) {
        GgufConfig config = new GgufConfig(file);
        config.requireSupported();
        return new ConfigValues(file.path(), config.translate(), config::spelling);
    }

    private void requireSupported() {
        requireSmall("ARCH.expert_count", 0, "mixture-of-experts models are not supported");
        requireSmall("split.count", 1, "join the parts into one file first");
    }

    private void requireSmall(String key, long most, String reason) {
        if (find(key).orElse(null) instanceof GgufValue.Whole(long value) && value > most) {
            throw new ModelFileException(
                    file.path(), "%s is %d; allowed is at most %d: %s".formatted(spelled(key), value, most, reason));
        }
    }

    private ObjectNode translate() {
        ObjectNode config = JSON.objectNode();
        KEYS.forEach((key, ggufKey) -> find(ggufKey).ifPresent(value -> config.set(key, json(value))));
        Optional.ofNullable(file.tensors().get("token_embd.weight"))
                .ifPresent(table -> config.put("vocab_size", table.shape().getFirst()));
        config.put("tie_word_embeddings", !file.tensors().containsKey("output.weight"));
        config.put("attention_bias", file.tensors().containsKey("blk.0.attn_q.bias"));
        config.put("mlp_bias", file.tensors().containsKey("blk.0.ffn_gate.bias"));
        addHeadDim(config);
        addScaling(config);
        addEndIds(config);
        return config;
    }

    /** Older converters left the head width out where it is {@code embedding_length / head_count}. */
    private void addHeadDim(ObjectNode config) {
        long hiddenSize = config.path("hidden_size").asLong(0);
        long heads = config.path("num_attention_heads").asLong(0);
        if (!config.has("head_dim") && heads > 0 && hiddenSize % heads == 0) {
            config.put("head_dim", hiddenSize / heads);
        }
    }

    private void addScaling(ObjectNode config) {
        ObjectNode scaling = JSON.objectNode();
        SCALING_KEYS.forEach((key, ggufKey) -> find(ggufKey).ifPresent(value -> scaling.set(key, json(value))));
        if (scaling.path("rope_type").asString("").equals("none")) {
            scaling.put("rope_type", "default");
        }
        multiplyAttentionFactor(scaling);
        if (!scaling.has("rope_type") && find("ARCH.rope.scale_linear").isPresent()) {
            scaling.put("rope_type", "linear");
            scaling.set("factor", json(find("ARCH.rope.scale_linear").orElseThrow()));
        }
        if (!scaling.isEmpty()) {
            config.set(SCALING, scaling);
        }
    }

    /** The file's factor multiplies YaRN's usual one; that of {@code config.json} replaces it. */
    private static void multiplyAttentionFactor(ObjectNode scaling) {
        JsonNode given = scaling.path("attention_factor");
        if (given.isNumber() && scaling.path("factor").isNumber()) {
            double factor = Math.max(1, scaling.path("factor").doubleValue());
            scaling.put("attention_factor", given.doubleValue() * (0.1 * Math.log(factor) + 1));
        }
    }

    private void addEndIds(ObjectNode config) {
        ArrayNode ids = JSON.arrayNode();
        END_KEYS.forEach(key -> find(key).ifPresent(value -> ids.add(json(value))));
        config.set("eos_token_id", ids);
    }

    private Optional<GgufValue> find(String key) {
        return file.find(spelled(key));
    }

    private String spelled(String key) {
        return key.startsWith("ARCH.") ? architecture + key.substring("ARCH".length()) : key;
    }

    private String spelling(String key) {
        if (key.equals("eos_token_id")) {
            return END_KEYS.getFirst();
        }
        String nested = key.startsWith(SCALING + ".") ? SCALING_KEYS.get(key.substring(SCALING.length() + 1)) : null;
        String known = nested == null ? KEYS.get(key) : nested;
        return known == null ? key : spelled(known);
    }

    /** Converters write one number per layer even where all are equal. */
    private static JsonNode json(GgufValue value) {
        return switch (value) {
            case GgufValue.Whole(long number) -> JSON.numberNode(number);
            case GgufValue.Real(double number) -> JSON.numberNode(number);
            case GgufValue.Flag(boolean flag) -> JSON.booleanNode(flag);
            case GgufValue.Text text -> JSON.stringNode(text.toString());
            case GgufValue.Wholes(List<Long> numbers)
            when !numbers.isEmpty() && numbers.stream().distinct().count() == 1 -> JSON.numberNode(numbers.getFirst());
            case GgufValue.Wholes(List<Long> numbers) -> shown(numbers);
            case GgufValue.Reals(List<Double> numbers) -> shown(numbers);
            case GgufValue.Texts(var texts) -> JSON.stringNode("a list of %d texts".formatted(texts.size()));
        };
    }

    private static JsonNode shown(List<? extends Number> numbers) {
        ArrayNode array = JSON.arrayNode();
        numbers.stream().limit(MAX_SHOWN_ITEMS).forEach(number -> array.add(number.doubleValue()));
        return array;
    }
}
