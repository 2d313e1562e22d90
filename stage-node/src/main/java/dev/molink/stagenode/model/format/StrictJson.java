package dev.molink.stagenode.model.format;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON that somebody else wrote: bounded in size and depth, no duplicate keys, no NaN, an object at the top. */
public final class StrictJson {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_TEXT = 16 << 20;
    private static final int MAX_NAME = 4096;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_TEXT)
                            .maxNameLength(MAX_NAME)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /** Reads a file of at most {@code maxBytes}. */
    public static ObjectNode read(Path file, int maxBytes) {
        return parse(file, "the file", SmallFile.read(file, maxBytes));
    }

    /** @param part what of {@code file} the bytes are, for errors */
    public static ObjectNode parse(Path file, String part, byte[] json) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new ModelFileException(file, "%s is not valid JSON: %s".formatted(part, e.getOriginalMessage()), e);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new ModelFileException(file, "%s is a JSON %s; allowed is an object".formatted(part, tree.getNodeType()));
    }
}
