package dev.molink.gateway.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object read field by field, with a refusal that names the field where a value has the wrong type or range. A field
 * that is {@code null} counts as absent. Fields that nobody asked for are kept as {@link #unread()}.
 */
public final class Fields {

    private final ObjectNode object;
    private final String prefix;
    private final Set<String> read = new HashSet<>();

    public Fields(ObjectNode object) {
        this(object, "");
    }

    private Fields(ObjectNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    public String path(String name) {
        return prefix + name;
    }

    /** Names in the body that were never read, in the body's order. */
    public List<String> unread() {
        return object.propertyNames().stream()
                .filter(name -> !read.contains(name))
                .toList();
    }

    /** The value, or null when the field is absent or JSON's null. */
    public @Nullable JsonNode value(String name) {
        read.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    public JsonNode require(String name) {
        JsonNode value = value(name);
        if (value == null) {
            throw ApiException.field(
                    ErrorCode.MISSING_PARAMETER, path(name), "Missing required parameter: '%s'.".formatted(path(name)));
        }
        return value;
    }

    public @Nullable String string(String name) {
        JsonNode value = value(name);
        return value == null ? null : asString(path(name), value);
    }

    public String requireString(String name) {
        return asString(path(name), require(name));
    }

    public boolean flag(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return false;
        }
        if (!value.isBoolean()) {
            throw wrongType(path(name), "a boolean", value);
        }
        return value.booleanValue();
    }

    public @Nullable Integer integer(String name, int min, int max) {
        Long value = longInteger(name, min, max);
        return value == null ? null : Math.toIntExact(value);
    }

    public @Nullable Long longInteger(String name, long min, long max) {
        JsonNode value = value(name);
        return value == null ? null : asInteger(path(name), value, min, max);
    }

    public @Nullable Double number(String name, double min, double max) {
        JsonNode value = value(name);
        return value == null ? null : asNumber(path(name), value, min, max);
    }

    public @Nullable Fields object(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof ObjectNode nested) {
            return new Fields(nested, path(name) + ".");
        }
        throw wrongType(path(name), "an object", value);
    }

    /** An array's element that must be an object. */
    public static Fields element(String path, JsonNode value) {
        if (value instanceof ObjectNode nested) {
            return new Fields(nested, path + ".");
        }
        throw wrongType(path, "an object", value);
    }

    /** The elements of an array, each read by {@code element} with its path; empty when the field is absent. */
    public <T> List<T> list(String name, int maxLength, ElementReader<T> element) {
        JsonNode value = value(name);
        return value == null ? List.of() : asList(path(name), value, maxLength, element);
    }

    public static <T> List<T> asList(String path, JsonNode value, int maxLength, ElementReader<T> element) {
        if (!value.isArray()) {
            throw wrongType(path, "an array", value);
        }
        if (value.size() > maxLength) {
            throw ApiException.field(
                    ErrorCode.ARRAY_TOO_LONG,
                    path,
                    "Invalid '%s': expected at most %d elements, but got %d.".formatted(path, maxLength, value.size()));
        }
        List<T> elements = new ArrayList<>(value.size());
        for (int index = 0; index < value.size(); index++) {
            elements.add(element.read("%s[%d]".formatted(path, index), value.get(index)));
        }
        return List.copyOf(elements);
    }

    public static String asString(String path, JsonNode value) {
        if (!value.isString()) {
            throw wrongType(path, "a string", value);
        }
        return value.stringValue();
    }

    public static long asInteger(String path, JsonNode value, long min, long max) {
        if (!value.isIntegralNumber()) {
            throw wrongType(path, "an integer", value);
        }
        if (!value.canConvertToLong()) {
            boolean negative = value.bigIntegerValue().signum() < 0;
            throw outOfRange(path, negative, negative ? min : max, "far " + (negative ? "below" : "above"));
        }
        long number = value.longValue();
        if (number < min || number > max) {
            throw outOfRange(path, number < min, number < min ? min : max, Long.toString(number));
        }
        return number;
    }

    public static double asNumber(String path, JsonNode value, double min, double max) {
        if (!value.isNumber()) {
            throw wrongType(path, "a number", value);
        }
        double number = value.doubleValue();
        if (!(number >= min && number <= max)) {
            throw outOfRange(path, number < min, number < min ? min : max, Double.toString(number));
        }
        return number;
    }

    public static ApiException wrongType(String path, String expected, JsonNode found) {
        return ApiException.field(
                ErrorCode.INVALID_TYPE,
                path,
                "Invalid type for '%s': expected %s, but got %s instead."
                        .formatted(path, expected, JsonTypes.withArticle(found)));
    }

    private static ApiException outOfRange(String path, boolean below, Number bound, String found) {
        return ApiException.field(
                below ? ErrorCode.BELOW_MINIMUM : ErrorCode.ABOVE_MAXIMUM,
                path,
                "Invalid '%s': expected a value %s %s, but got %s instead."
                        .formatted(path, below ? ">=" : "<=", bound, found));
    }

    /** Reads one element of an array whose path is {@code path}, such as {@code stop[2]}. */
    @FunctionalInterface
    public interface ElementReader<T> {
        T read(String path, JsonNode value);
    }
}
