package dev.molink.gateway.structure;

import com.google.protobuf.Message;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import dev.molink.proto.node.v1.StringChoice;
import dev.molink.proto.node.v1.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields that demand a form of the answer: OpenAI's {@code response_format}, and vLLM's {@code
 * structured_outputs} and its older {@code guided_json}, {@code guided_regex} and {@code guided_choice}. One request names at
 * most one form.
 */
public final class StructureFields {

    private static final int MAX_TEXTS = 16_384;
    /** What fits into a message to a head beside a prompt; heads take far less. */
    private static final int MAX_BYTES = 1 << 20;

    private StructureFields() {}

    /** Null when the answer may be any text. */
    public static @Nullable StructureOption read(Fields body) {
        List<StructureOption> named = Stream.of(
                        ResponseFormat.read(body),
                        structuredOutputs(body),
                        json(body, "guided_json"),
                        regex(body, "guided_regex"),
                        choice(body, "guided_choice"))
                .filter(Objects::nonNull)
                .toList();
        if (named.size() > 1) {
            throw twice(named.get(1).field(), named.getFirst().field());
        }
        return named.isEmpty() ? null : sized(named.getFirst());
    }

    private static @Nullable StructureOption structuredOutputs(Fields body) {
        Fields form = body.object("structured_outputs");
        if (form == null) {
            return null;
        }
        List<StructureOption> named = new ArrayList<>(
                Stream.of(json(form, "json"), regex(form, "regex"), choice(form, "choice"), jsonObject(form))
                        .filter(Objects::nonNull)
                        .toList());
        for (String other : form.unread()) {
            if (form.value(other) != null) {
                throw ApiException.field(
                        ErrorCode.UNSUPPORTED_PARAMETER,
                        form.path(other),
                        "Unsupported parameter: '%s'; supported are 'json', 'regex', 'choice' and 'json_object'."
                                .formatted(form.path(other)));
            }
        }
        if (named.isEmpty()) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    body.path("structured_outputs"),
                    "Invalid 'structured_outputs': expected one of 'json', 'regex', 'choice' and 'json_object'.");
        }
        if (named.size() > 1) {
            throw twice(named.get(1).field(), named.getFirst().field());
        }
        return named.getFirst();
    }

    private static @Nullable StructureOption jsonObject(Fields form) {
        return form.flag("json_object")
                ? new StructureOption(
                        form.path("json_object"),
                        null,
                        Structure.newBuilder().setJsonObject(true).build())
                : null;
    }

    /** A schema as an object, or, as vLLM takes it too, as JSON in a string. */
    private static @Nullable StructureOption json(Fields fields, String name) {
        JsonNode value = fields.value(name);
        if (value == null) {
            return null;
        }
        String path = fields.path(name);
        JsonNode schema = value.isString() ? parsed(path, value.stringValue()) : value;
        if (!(schema instanceof ObjectNode)) {
            throw Fields.wrongType(path, "a JSON schema", schema);
        }
        return new StructureOption(
                path,
                null,
                Structure.newBuilder().setJsonSchema(schema.toString()).build());
    }

    private static JsonNode parsed(String path, String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException broken) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE, path, "Invalid '%s': the string is not valid JSON.".formatted(path));
        }
    }

    private static @Nullable StructureOption regex(Fields fields, String name) {
        String regex = fields.string(name);
        if (regex == null) {
            return null;
        }
        if (regex.isEmpty()) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    fields.path(name),
                    "Invalid '%s': the expression is empty.".formatted(fields.path(name)));
        }
        return new StructureOption(
                fields.path(name), null, Structure.newBuilder().setRegex(regex).build());
    }

    private static @Nullable StructureOption choice(Fields fields, String name) {
        if (fields.value(name) == null) {
            return null;
        }
        List<String> texts = fields.list(name, MAX_TEXTS, Fields::asString);
        if (texts.isEmpty()) {
            throw ApiException.field(
                    ErrorCode.EMPTY_ARRAY,
                    fields.path(name),
                    "Invalid '%s': the array is empty.".formatted(fields.path(name)));
        }
        return new StructureOption(
                fields.path(name),
                null,
                Structure.newBuilder()
                        .setChoice(StringChoice.newBuilder().addAllTexts(texts))
                        .build());
    }

    private static StructureOption sized(StructureOption option) {
        Message structure = option.structure();
        if (structure.getSerializedSize() > MAX_BYTES) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    option.field(),
                    "Invalid '%s': it is larger than %d bytes.".formatted(option.field(), MAX_BYTES));
        }
        return option;
    }

    private static ApiException twice(String second, String first) {
        return ApiException.field(
                ErrorCode.INVALID_VALUE,
                second,
                "Invalid '%s': '%s' says already what form the answer has.".formatted(second, first));
    }
}
