package dev.molink.gateway.chat;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the conversation into what chat templates expect: a list of maps with {@code role} and {@code content}. */
final class ChatMessages {

    private static final int MAX_MESSAGES = 65_536;
    private static final int MAX_PARTS = 1024;
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool", "function");

    private ChatMessages() {}

    static List<Map<String, @Nullable Object>> read(Fields body) {
        body.require("messages");
        List<Map<String, @Nullable Object>> messages = body.list("messages", MAX_MESSAGES, ChatMessages::message);
        if (messages.isEmpty()) {
            throw ApiException.field(
                    ErrorCode.EMPTY_ARRAY,
                    "messages",
                    "Invalid 'messages': empty array. Expected an array with minimum length 1.");
        }
        return messages;
    }

    private static Map<String, @Nullable Object> message(String path, JsonNode value) {
        Fields fields = Fields.element(path, value);
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        String role = role(fields);
        message.put("role", role.equals("developer") ? "system" : role);
        message.put("content", content(fields, role));
        for (String name : fields.unread()) {
            JsonNode other = fields.value(name);
            if (other != null) {
                message.put(name, JsonValues.plain(other));
            }
        }
        return message;
    }

    private static String role(Fields fields) {
        String role = fields.requireString("role");
        if (!ROLES.contains(role)) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    fields.path("role"),
                    "Invalid value for '%s': supported values are %s."
                            .formatted(
                                    fields.path("role"), ROLES.stream().sorted().toList()));
        }
        return role;
    }

    /** Only an assistant's turn may be without text, when it called tools instead. */
    private static String content(Fields fields, String role) {
        JsonNode content = role.equals("assistant") ? fields.value("content") : fields.require("content");
        if (content == null) {
            return "";
        }
        String path = fields.path("content");
        if (content.isString()) {
            return content.stringValue();
        }
        if (!content.isArray()) {
            throw Fields.wrongType(path, "a string or an array of content parts", content);
        }
        return String.join("\n", Fields.asList(path, content, MAX_PARTS, ChatMessages::textPart));
    }

    private static String textPart(String path, JsonNode value) {
        Fields part = Fields.element(path, value);
        String type = part.requireString("type");
        return switch (type) {
            case "text" -> part.requireString("text");
            case "refusal" -> part.requireString("refusal");
            case "image_url", "input_audio", "file" ->
                throw ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        path,
                        "Invalid '%s': the model takes text only, no part of type %s.".formatted(path, type));
            default ->
                throw ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        part.path("type"),
                        "Invalid value for '%s': the only supported part type is 'text'.".formatted(part.path("type")));
        };
    }
}
