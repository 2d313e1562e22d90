package dev.molink.stagenode.model;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.ModelFolder;
import dev.molink.stagenode.model.format.SmallFile;
import dev.molink.stagenode.model.format.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads the text files of a folder as they are; only the chat template is looked up inside them. */
final class CheckpointText {

    private static final int MAX_TOKENIZER_BYTES = 256 << 20;
    private static final int MAX_BYTES = 32 << 20;
    private static final int MAX_TEMPLATE_BYTES = 4 << 20;
    private static final String TEMPLATE_KEY = "chat_template";

    private CheckpointText() {}

    /** Empty when the folder has no {@code tokenizer.json}. */
    static Optional<TextAssets> read(ModelFolder folder) {
        return folder.find("tokenizer.json").map(tokenizer -> {
            TextAssets.Builder assets =
                    TextAssets.newBuilder().setTokenizerJson(content(tokenizer, MAX_TOKENIZER_BYTES));
            Optional<Path> config = folder.find("tokenizer_config.json");
            config.ifPresent(file -> assets.setTokenizerConfigJson(content(file, MAX_BYTES)));
            folder.find("special_tokens_map.json")
                    .ifPresent(file -> assets.setSpecialTokensMapJson(content(file, MAX_BYTES)));
            folder.find("chat_template.jinja")
                    .map(file -> new String(SmallFile.read(file, MAX_TEMPLATE_BYTES), StandardCharsets.UTF_8))
                    .or(() -> config.flatMap(CheckpointText::template))
                    .ifPresent(assets::setChatTemplate);
            return assets.build();
        });
    }

    /** The template of {@code tokenizer_config.json}: a string, or a list of named ones with one called default. */
    private static Optional<String> template(Path config) {
        JsonNode value = StrictJson.read(config, MAX_BYTES).path(TEMPLATE_KEY);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isString()) {
            return Optional.of(value.stringValue());
        }
        if (!value.isArray()) {
            throw new ModelFileException(config, "chat_template is neither a string nor a list of named templates");
        }
        return value.values().stream()
                .filter(named -> named.path("name").asString("").equals("default"))
                .map(named -> named.path("template").asString(""))
                .filter(template -> !template.isEmpty())
                .findFirst();
    }

    private static ByteString content(Path file, int maxBytes) {
        return ByteString.copyFrom(SmallFile.read(file, maxBytes));
    }
}
