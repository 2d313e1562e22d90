package dev.molink.stagenode.grammar.schema;

import tools.jackson.databind.JsonNode;

/** JSON values as JSON schema compares them: numbers by value, objects whatever the order of members. */
final class JsonValues {

    private JsonValues() {}

    static boolean equal(JsonNode left, JsonNode right) {
        if (left.isNumber() && right.isNumber()) {
            return left.decimalValue().compareTo(right.decimalValue()) == 0;
        }
        if (left.isArray() && right.isArray()) {
            return equalElements(left, right);
        }
        if (left.isObject() && right.isObject()) {
            return equalMembers(left, right);
        }
        return left.equals(right);
    }

    private static boolean equalElements(JsonNode left, JsonNode right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalMembers(JsonNode left, JsonNode right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (String name : left.propertyNames()) {
            if (!right.has(name) || !equal(left.get(name), right.get(name))) {
                return false;
            }
        }
        return true;
    }
}
