package dev.molink.gateway.structure;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import dev.molink.proto.node.v1.Structure;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's {@code response_format}. */
final class ResponseFormat {

    private static final String FIELD = "response_format";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private ResponseFormat() {}

    static @Nullable StructureOption read(Fields body) {
        Fields format = body.object(FIELD);
        if (format == null) {
            return null;
        }
        String type = format.requireString("type");
        return switch (type) {
            case "text" -> null;
            case "json_object" ->
                new StructureOption(
                        body.path(FIELD),
                        null,
                        Structure.newBuilder().setJsonObject(true).build());
            case "json_schema" -> jsonSchema(body.path(FIELD), format);
            default ->
                throw ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        format.path("type"),
                        "Invalid value for '%s': supported values are 'text', 'json_object' and 'json_schema'."
                                .formatted(format.path("type")));
        };
    }

    private static StructureOption jsonSchema(String field, Fields format) {
        format.require("json_schema");
        Fields named = Fields.element(format.path("json_schema"), format.require("json_schema"));
        String name = named.requireString("name");
        if (!NAME.matcher(name).matches()) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    named.path("name"),
                    "Invalid '%s': expected 1 to 64 letters, digits, underscores and hyphens."
                            .formatted(named.path("name")));
        }
        named.string("description");
        boolean strict = named.flag("strict");
        JsonNode schema = named.require("schema");
        if (!(schema instanceof ObjectNode object)) {
            throw Fields.wrongType(named.path("schema"), "an object", schema);
        }
        if (strict) {
            requireStrict(named.path("schema"), name, object);
        }
        return new StructureOption(
                field,
                name,
                Structure.newBuilder().setJsonSchema(schema.toString()).build());
    }

    private static void requireStrict(String path, String name, ObjectNode schema) {
        Optional<String> violation = StrictSchema.violation(schema);
        if (violation.isPresent()) {
            throw ApiException.field(
                    ErrorCode.INVALID_JSON_SCHEMA,
                    path,
                    "Invalid schema for response_format '%s': with 'strict', %s".formatted(name, violation.get()));
        }
    }
}
