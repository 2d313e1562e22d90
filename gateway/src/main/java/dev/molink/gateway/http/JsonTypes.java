package dev.molink.gateway.http;

import tools.jackson.databind.JsonNode;

/** JSON's types in words, for messages. */
final class JsonTypes {

    private JsonTypes() {}

    static String withArticle(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a boolean";
            case NULL, MISSING -> "null";
            case NUMBER -> node.isIntegralNumber() ? "an integer" : "a number";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a string";
        };
    }
}
