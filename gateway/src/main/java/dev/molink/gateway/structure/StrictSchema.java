package dev.molink.gateway.structure;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What OpenAI demands of a schema with {@code strict: true} beyond JSON Schema: the root is an object, every object is closed
 * by {@code additionalProperties: false}, and lists all its properties as required.
 */
final class StrictSchema {

    private static final List<String> MAPS = List.of("properties", "$defs", "definitions");
    private static final List<String> LISTS = List.of("anyOf", "allOf", "oneOf", "prefixItems", "items");
    private static final int SHOWN_NAME = 64;

    private StrictSchema() {}

    /** The first rule that the schema breaks, as the end of a sentence that says where; empty when it keeps all. */
    static Optional<String> violation(ObjectNode schema) {
        if (!schema.path("type").isString()
                || !schema.path("type").stringValue().equals("object")
                || schema.has("anyOf")) {
            return Optional.of("the root must have the type 'object' and no 'anyOf'.");
        }
        return below("#", schema);
    }

    private static Optional<String> below(String at, JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return Optional.empty();
        }
        Optional<String> own = describesObject(object) ? ofObject(at, object) : Optional.empty();
        if (own.isPresent()) {
            return own;
        }
        for (String keyword : MAPS) {
            for (var entry : object.path(keyword).properties()) {
                Optional<String> found =
                        below("%s/%s/%s".formatted(at, keyword, shown(entry.getKey())), entry.getValue());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        for (String keyword : LISTS) {
            Optional<String> found = inList("%s/%s".formatted(at, keyword), object.path(keyword));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> inList(String at, JsonNode value) {
        if (!value.isArray()) {
            return below(at, value);
        }
        for (int index = 0; index < value.size(); index++) {
            Optional<String> found = below("%s/%d".formatted(at, index), value.get(index));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean describesObject(ObjectNode schema) {
        JsonNode type = schema.path("type");
        boolean named = type.isArray() ? type.valueStream().anyMatch(StrictSchema::isObject) : isObject(type);
        return named || schema.has("properties");
    }

    private static boolean isObject(JsonNode type) {
        return type.isString() && type.stringValue().equals("object");
    }

    private static Optional<String> ofObject(String at, ObjectNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        if (!additional.isBoolean() || additional.booleanValue()) {
            return Optional.of("the object at %s must have 'additionalProperties': false.".formatted(at));
        }
        Set<String> required = new HashSet<>();
        schema.path("required").valueStream().filter(JsonNode::isString).forEach(name -> {
            required.add(name.stringValue());
        });
        for (String property : schema.path("properties").propertyNames()) {
            if (!required.remove(property)) {
                return Optional.of("the object at %s must list all its properties in 'required', but '%s' is not there."
                        .formatted(at, shown(property)));
            }
        }
        return required.stream()
                .sorted()
                .findFirst()
                .map(extra ->
                        "the object at %s requires '%s', which is none of its properties.".formatted(at, shown(extra)));
    }

    private static String shown(String name) {
        return name.length() > SHOWN_NAME ? name.substring(0, SHOWN_NAME) + "…" : name;
    }
}
