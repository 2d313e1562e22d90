package dev.molink.gateway.tokenizer;

import dev.molink.proto.node.v1.TextAssets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Makes text models of what nodes upload. Safe for any number of threads. */
public final class TextModelLoader {

    private static final String CONFIG = "tokenizer_config.json";
    private static final Set<String> STANDARD_TOKENS =
            Set.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token");

    private final Path nativeLibraryFolder;

    /**
     * A loader that keeps the native tokenizer library in {@code nativeLibraryFolder}, some 15 MB, unpacked when the first
     * {@code tokenizer.json} comes.
     */
    public TextModelLoader(Path nativeLibraryFolder) {
        this.nativeLibraryFolder = nativeLibraryFolder;
    }

    /**
     * Reads {@code assets}: the files of a Hugging Face folder where they are there, the vocabulary of a GGUF file
     * otherwise. Takes up to a second for a large vocabulary.
     *
     * @throws TextModelException when a part is missing or garbled
     */
    public TextModel load(TextAssets assets) {
        if (!assets.getTokenizerJson().isEmpty()) {
            return fromFiles(assets);
        }
        if (assets.hasGguf()) {
            return fromGguf(assets);
        }
        throw new TextModelException("the model has neither a tokenizer.json nor a GGUF vocabulary");
    }

    private TextModel fromFiles(TextAssets assets) {
        JsonNode config =
                JsonFiles.object(CONFIG, assets.getTokenizerConfigJson().toByteArray());
        Map<String, String> specialTokens = new LinkedHashMap<>(specialTokens(
                "special_tokens_map.json",
                JsonFiles.object(
                        "special_tokens_map.json",
                        assets.getSpecialTokensMapJson().toByteArray())));
        specialTokens.putAll(specialTokens(CONFIG, config));
        Map<String, String> templates = templates(assets, config);
        NativeLibrary.load(nativeLibraryFolder);
        return new TextModel(NativeTokenizer.parse(assets.getTokenizerJson().toByteArray()), specialTokens, templates);
    }

    private static TextModel fromGguf(TextAssets assets) {
        GgufVocabularyReader reader = new GgufVocabularyReader(assets.getGguf());
        Map<String, String> templates = assets.getChatTemplate().isEmpty()
                ? Map.of()
                : Map.of(TextModel.DEFAULT_TEMPLATE, assets.getChatTemplate());
        return new TextModel(reader.tokenizer(), reader.specialTokens(), templates);
    }

    /**
     * The entries named {@code …_token}: a text, or an object whose {@code content} is the text. Models have names of their
     * own besides the standard ones, and settings such as {@code add_bos_token} end alike.
     */
    private static Map<String, String> specialTokens(String file, JsonNode content) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : content.properties()) {
            JsonNode value = entry.getValue();
            JsonNode text = value.isObject() ? value.path("content") : value;
            if (entry.getKey().endsWith("_token") && text.isString()) {
                tokens.put(entry.getKey(), text.stringValue());
            } else if (STANDARD_TOKENS.contains(entry.getKey()) && !value.isNull()) {
                throw new TextModelException("%s: %s is %s; expected a text or an object with the text content"
                        .formatted(file, entry.getKey(), value.getNodeType()));
            }
        }
        return tokens;
    }

    /** A template file of its own wins over the one in the configuration. */
    private static Map<String, String> templates(TextAssets assets, JsonNode config) {
        Map<String, String> templates = new LinkedHashMap<>(templates(config.path("chat_template")));
        if (!assets.getChatTemplate().isEmpty()) {
            templates.put(TextModel.DEFAULT_TEMPLATE, assets.getChatTemplate());
        }
        return templates;
    }

    private static Map<String, String> templates(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return Map.of();
        }
        if (value.isString()) {
            return Map.of(TextModel.DEFAULT_TEMPLATE, value.stringValue());
        }
        if (!value.isArray()) {
            throw new TextModelException("%s: chat_template is %s; expected a text or a list of {name, template}"
                    .formatted(CONFIG, value.getNodeType()));
        }
        Map<String, String> templates = new LinkedHashMap<>();
        for (JsonNode template : value) {
            templates.put(member(template, "name"), member(template, "template"));
        }
        return templates;
    }

    private static String member(JsonNode template, String name) {
        if (!template.path(name).isString()) {
            throw new TextModelException(
                    "%s: chat_template lists an entry without the text \"%s\"".formatted(CONFIG, name));
        }
        return template.path(name).stringValue();
    }
}
