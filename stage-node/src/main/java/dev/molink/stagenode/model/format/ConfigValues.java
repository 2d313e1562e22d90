package dev.molink.stagenode.model.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A configuration object whose values are checked as they are read. A JSON null counts as absent. An error names the
 * file, the key as the file spells it, the value and what is allowed.
 */
public final class ConfigValues {

    private final Path file;
    private final ObjectNode values;
    private final UnaryOperator<String> spelling;

    /** @param spelling turns a key of {@code config.json} (nested keys joined by a dot) into the file's own */
    public ConfigValues(Path file, ObjectNode values, UnaryOperator<String> spelling) {
        this.file = file;
        this.values = values;
        this.spelling = spelling;
    }

    public ConfigValues(Path file, ObjectNode values) {
        this(file, values, UnaryOperator.identity());
    }

    /** Whether the key is there and not null. */
    public boolean has(String key) {
        return find(key) != null;
    }

    /** A number that must be there. */
    public int requireInt(String key, int least, int most) {
        return toInt(key, require(key), least, most);
    }

    public int intOr(String key, int otherwise, int least, int most) {
        JsonNode value = find(key);
        return value == null ? otherwise : toInt(key, value, least, most);
    }

    public double requireNumber(String key, double least, double most) {
        return toNumber(key, require(key), least, most);
    }

    public double numberOr(String key, double otherwise, double least, double most) {
        JsonNode value = find(key);
        return value == null ? otherwise : toNumber(key, value, least, most);
    }

    public boolean flagOr(String key, boolean otherwise) {
        JsonNode value = find(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw refused(key, value, "true or false");
        }
        return value.booleanValue();
    }

    public String textOr(String key, String otherwise) {
        JsonNode value = find(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isString()) {
            throw refused(key, value, "a string");
        }
        return value.stringValue();
    }

    public Optional<ConfigValues> object(String key) {
        JsonNode value = find(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof ObjectNode object)) {
            throw refused(key, value, "an object");
        }
        return Optional.of(new ConfigValues(file, object, inner -> spelling.apply(key + "." + inner)));
    }

    /** A list of strings; empty when the key is absent. */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : items(key)) {
            if (!item.isString()) {
                throw refused(key, item, "strings");
            }
            texts.add(item.stringValue());
        }
        return List.copyOf(texts);
    }

    /** One number or a list of them; empty when the key is absent. */
    public List<Integer> oneOrManyInts(String key, int least, int most) {
        JsonNode value = find(key);
        if (value == null || value.isArray()) {
            return items(key).stream()
                    .map(item -> toInt(key, item, least, most))
                    .toList();
        }
        return List.of(toInt(key, value, least, most));
    }

    /** The error for a value that is of the right kind and still impossible. */
    public ModelFileException refused(String key, Object value, String allowed) {
        return new ModelFileException(
                file, "%s is %s; allowed is %s".formatted(spelling.apply(key), abridged(value), allowed));
    }

    /** The error for something that no single key shows. */
    public ModelFileException refused(String problem) {
        return new ModelFileException(file, problem);
    }

    private List<JsonNode> items(String key) {
        JsonNode value = find(key);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw refused(key, value, "a list");
        }
        return List.copyOf(value.values());
    }

    private int toInt(String key, JsonNode value, int least, int most) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw refused(key, value, "a whole number from %d to %d".formatted(least, most));
        }
        long number = value.longValue();
        if (number < least || number > most) {
            throw refused(key, number, "a whole number from %d to %d".formatted(least, most));
        }
        return (int) number;
    }

    private double toNumber(String key, JsonNode value, double least, double most) {
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw refused(key, value, "a number from %s to %s".formatted(least, most));
        }
        return number;
    }

    private JsonNode require(String key) {
        JsonNode value = find(key);
        if (value == null) {
            throw new ModelFileException(file, "%s is missing".formatted(spelling.apply(key)));
        }
        return value;
    }

    private @Nullable JsonNode find(String key) {
        JsonNode value = values.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private static String abridged(Object value) {
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
