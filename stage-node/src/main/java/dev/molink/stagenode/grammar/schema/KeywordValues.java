package dev.molink.stagenode.grammar.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The values of one schema's keywords, each checked to be of the right kind. */
final class KeywordValues {

    /** Digits that a bound or divisor may have, its exponent written out. */
    private static final int NUMBER_DIGITS = 64;

    private final ObjectNode schema;
    private final String pointer;

    KeywordValues(ObjectNode schema, String pointer) {
        this.schema = schema;
        this.pointer = pointer;
    }

    Place place(String keyword) {
        return new Place(pointer, keyword);
    }

    boolean has(String keyword) {
        return schema.has(keyword);
    }

    Optional<JsonNode> any(String keyword) {
        return Optional.ofNullable(schema.get(keyword));
    }

    Optional<String> text(String keyword) {
        return any(keyword).map(node -> {
            if (!node.isString()) {
                throw wrong(keyword, node, "a string");
            }
            return node.stringValue();
        });
    }

    Optional<Boolean> flag(String keyword) {
        return any(keyword).map(node -> {
            if (!node.isBoolean()) {
                throw wrong(keyword, node, "true or false");
            }
            return node.booleanValue();
        });
    }

    Optional<BigDecimal> number(String keyword) {
        return any(keyword).map(node -> {
            if (!node.isNumber()) {
                throw wrong(keyword, node, "a number");
            }
            return bounded(keyword, node.decimalValue());
        });
    }

    private BigDecimal bounded(String keyword, BigDecimal number) {
        // Looked at before stripTrailingZeros, which takes long on a huge exponent.
        if (Math.abs((long) number.scale()) > NUMBER_DIGITS || number.precision() > NUMBER_DIGITS) {
            throw place(keyword).tooLarge("its value has more than %d digits".formatted(NUMBER_DIGITS));
        }
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    Shape.Least least(String keyword) {
        Optional<BigDecimal> number = count(keyword);
        if (number.isEmpty()) {
            return Shape.Least.NONE;
        }
        if (isBeyondInt(number.get())) {
            throw place(keyword).tooLarge("allowed is at most %d".formatted(Integer.MAX_VALUE));
        }
        return new Shape.Least(number.get().intValueExact(), place(keyword));
    }

    /** A bound that no text can reach is none. */
    Shape.Most most(String keyword) {
        return count(keyword)
                .filter(number -> !isBeyondInt(number))
                .map(number -> new Shape.Most(number.intValueExact(), place(keyword)))
                .orElse(Shape.Most.ANY);
    }

    private static boolean isBeyondInt(BigDecimal number) {
        return number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0;
    }

    private Optional<BigDecimal> count(String keyword) {
        return number(keyword).map(number -> {
            if (number.signum() < 0 || number.scale() > 0) {
                throw place(keyword)
                        .malformed("%s is no count; allowed is an integer from 0".formatted(number.toPlainString()));
            }
            return number;
        });
    }

    /** An object's value by name, empty where the keyword is absent. */
    Optional<ObjectNode> object(String keyword) {
        return any(keyword).map(node -> {
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw wrong(keyword, node, "an object");
        });
    }

    /** A list's values, empty where the keyword is absent. */
    Optional<ArrayNode> list(String keyword) {
        return any(keyword).map(node -> {
            if (node instanceof ArrayNode list) {
                return list;
            }
            throw wrong(keyword, node, "a list");
        });
    }

    Set<String> texts(String keyword) {
        Set<String> texts = new LinkedHashSet<>();
        list(keyword).ifPresent(list -> list.forEach(node -> texts.add(textOf(keyword, node))));
        return texts;
    }

    /** One string or a list of them. */
    List<String> textOrTexts(String keyword) {
        Optional<JsonNode> node = any(keyword);
        if (node.isPresent() && node.get().isString()) {
            return List.of(node.get().stringValue());
        }
        return new ArrayList<>(texts(keyword));
    }

    private String textOf(String keyword, JsonNode node) {
        if (!node.isString()) {
            throw wrong(keyword, node, "a string at each place of the list");
        }
        return node.stringValue();
    }

    private SchemaRefusedException wrong(String keyword, JsonNode found, String allowed) {
        return place(keyword)
                .malformed("found is %s; allowed is %s"
                        .formatted(found.getNodeType().name().toLowerCase(Locale.ROOT), allowed));
    }
}
