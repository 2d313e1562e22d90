package dev.molink.gateway.tokenizer;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reading of a model's small JSON files, with errors that name the file. */
final class JsonFiles {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private JsonFiles() {}

    /** The object in {@code file}; an absent file, of no bytes, is an empty object. */
    static JsonNode object(String name, byte[] file) {
        if (file.length == 0) {
            return JSON.createObjectNode();
        }
        JsonNode content = parse(name, file);
        if (!content.isObject()) {
            throw new TextModelException("%s holds %s; expected an object".formatted(name, content.getNodeType()));
        }
        return content;
    }

    /** Line, column and what the parser said, without an excerpt of the file. */
    static String problem(JacksonException e) {
        return "%s at line %d, column %d"
                .formatted(
                        e.getOriginalMessage(),
                        e.getLocation().getLineNr(),
                        e.getLocation().getColumnNr());
    }

    private static JsonNode parse(String name, byte[] file) {
        try {
            return JSON.readTree(file);
        } catch (JacksonException e) {
            throw new TextModelException(name + " is no valid JSON: " + problem(e), e);
        }
    }
}
