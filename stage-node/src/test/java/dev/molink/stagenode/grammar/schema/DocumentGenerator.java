package dev.molink.stagenode.grammar.schema;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Guesses documents from a schema's keywords, by the seed and knowing nothing of languages. A guess may be wrong: who asks
 * has it confirmed. What cannot be guessed, such as a text of a pattern, stands in the schema's {@code examples}.
 */
final class DocumentGenerator {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String ALPHABET = "abcxyz019 _-.é☃\"\\/\n\t😀";
    private static final List<String> TYPES =
            List.of("null", "boolean", "integer", "number", "string", "array", "object");

    private final JsonNode root;
    private final Random random;

    DocumentGenerator(JsonNode root, Random random) {
        this.root = root;
        this.random = random;
    }

    JsonNode document() {
        return value(root, 0);
    }

    private JsonNode value(JsonNode given, int depth) {
        if (!given.isObject()) {
            return value(NODES.objectNode(), depth);
        }
        ObjectNode schema = flattened((ObjectNode) given, 0);
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.has("enum")) {
            return oneOf(schema.get("enum"));
        }
        if (schema.has("examples") && random.nextInt(5) > 0) {
            return oneOf(schema.get("examples"));
        }
        return switch (type(schema, depth)) {
            case "null" -> NODES.nullNode();
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            case "integer" -> NODES.numberNode(number(schema).toBigInteger());
            case "number" -> number(schema, random.nextInt(4));
            case "string" -> StringNode.valueOf(text(schema));
            case "array" -> array(schema, depth);
            default -> object(schema, depth);
        };
    }

    private JsonNode oneOf(JsonNode list) {
        return list.get(random.nextInt(list.size()));
    }

    /** One branch of each choice, one level of references and all parts of {@code allOf}, with their keywords together. */
    private ObjectNode flattened(ObjectNode schema, int depth) {
        ObjectNode flat = schema.deepCopy();
        if (depth > 8) {
            return flat;
        }
        List<JsonNode> parts = new ArrayList<>();
        if (schema.has("$ref")) {
            parts.add(referred(schema.get("$ref").stringValue()));
        }
        for (String choice : List.of("anyOf", "oneOf")) {
            if (schema.has(choice)) {
                parts.add(oneOf(schema.get(choice)));
            }
        }
        if (schema.has("allOf")) {
            schema.get("allOf").forEach(parts::add);
        }
        flat.remove(List.of("$ref", "anyOf", "oneOf", "allOf"));
        for (JsonNode part : parts) {
            if (part instanceof ObjectNode object) {
                merge(flat, flattened(object, depth + 1));
            }
        }
        return flat;
    }

    private JsonNode referred(String reference) {
        if (reference.equals("#")) {
            return root;
        }
        if (reference.startsWith("#/")) {
            return root.at(URLDecoder.decode(reference.substring(1), StandardCharsets.UTF_8));
        }
        return anchored(root, reference.substring(1));
    }

    private static JsonNode anchored(JsonNode node, String anchor) {
        if (node.isObject()
                && node.has("$anchor")
                && node.get("$anchor").stringValue().equals(anchor)) {
            return node;
        }
        for (JsonNode child : node) {
            JsonNode found = anchored(child, anchor);
            if (!found.isMissingNode()) {
                return found;
            }
        }
        return NODES.missingNode();
    }

    private static void merge(ObjectNode target, ObjectNode part) {
        part.forEachEntry((name, value) -> {
            JsonNode known = target.get(name);
            if (name.equals("properties") && known != null) {
                merge((ObjectNode) known, (ObjectNode) value);
            } else if (name.equals("required") && known != null) {
                ArrayNode both = ((ArrayNode) known).deepCopy();
                both.addAll((ArrayNode) value);
                target.set(name, both);
            } else if (known != null && known.isObject() && value.isObject()) {
                ObjectNode both = ((ObjectNode) known).deepCopy();
                merge(both, (ObjectNode) value);
                target.set(name, both);
            } else {
                target.set(name, value);
            }
        });
    }

    private String type(ObjectNode schema, int depth) {
        JsonNode type = schema.get("type");
        if (type == null) {
            return impliedType(schema, depth);
        }
        return type.isArray() ? oneOf(type).stringValue() : type.stringValue();
    }

    private String impliedType(ObjectNode schema, int depth) {
        if (random.nextInt(4) > 0) {
            if (schema.has("properties") || schema.has("required") || schema.has("additionalProperties")) {
                return "object";
            }
            if (schema.has("items") || schema.has("prefixItems")) {
                return "array";
            }
        }
        return TYPES.get(random.nextInt(depth > 2 ? 5 : TYPES.size()));
    }

    private JsonNode number(ObjectNode schema, int places) {
        BigDecimal number = number(schema);
        if (random.nextInt(4) == 0 && schema.has("minimum")) {
            return plain(schema.get("minimum").decimalValue());
        }
        if (schema.has("multipleOf")) {
            return plain(number);
        }
        BigDecimal fraction = BigDecimal.valueOf(random.nextInt(1000), 3);
        BigDecimal rounded = number.add(fraction).setScale(places, RoundingMode.HALF_UP);
        // Without a type the value may have to be an integer, which is written as one.
        return schema.has("type") ? NODES.numberNode(rounded) : plain(rounded);
    }

    /** Without trailing zeros and exponent: a whole number as an integer. */
    private static JsonNode plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() <= 0 ? NODES.numberNode(stripped.toBigIntegerExact()) : NODES.numberNode(stripped);
    }

    private BigDecimal number(ObjectNode schema) {
        Optional<BigDecimal> low = bound(schema, "minimum", "exclusiveMinimum");
        Optional<BigDecimal> high = bound(schema, "maximum", "exclusiveMaximum");
        BigDecimal step = schema.has("multipleOf") ? schema.get("multipleOf").decimalValue() : BigDecimal.ONE;
        BigDecimal spread = step.multiply(BigDecimal.valueOf(random.nextInt(random.nextBoolean() ? 4 : 2000)));
        BigDecimal number = low.isPresent()
                ? low.get().add(spread)
                : high.orElseGet(() -> BigDecimal.valueOf(random.nextInt(100) - 50))
                        .subtract(spread);
        return number.divide(step, 0, RoundingMode.HALF_UP).multiply(step);
    }

    private static Optional<BigDecimal> bound(ObjectNode schema, String first, String second) {
        return Optional.ofNullable(schema.has(first) ? schema.get(first) : schema.get(second))
                .map(JsonNode::decimalValue);
    }

    private int count(ObjectNode schema, String least, String most, int usual) {
        int from = schema.has(least) ? schema.get(least).intValue() : 0;
        int to = schema.has(most) ? Math.min(schema.get(most).intValue(), from + usual) : from + usual;
        return to <= from ? from : from + random.nextInt(to - from + 1);
    }

    private String text(ObjectNode schema) {
        int[] alphabet = ALPHABET.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int left = count(schema, "minLength", "maxLength", 8); left > 0; left--) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    private JsonNode array(ObjectNode schema, int depth) {
        ArrayNode array = NODES.arrayNode();
        JsonNode prefix = schema.path("prefixItems");
        int count = count(schema, "minItems", "maxItems", depth > 3 ? 0 : 3 + prefix.size());
        for (int i = 0; i < count; i++) {
            array.add(value(i < prefix.size() ? prefix.get(i) : schema.path("items"), depth + 1));
        }
        return array;
    }

    private JsonNode object(ObjectNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        JsonNode properties = schema.path("properties");
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.stringValue()));
        List<String> names = new ArrayList<>(required);
        for (String name : properties.propertyNames()) {
            if (!required.contains(name) && random.nextInt(depth > 3 ? 6 : 2) == 0) {
                names.add(name);
            }
        }
        boolean open = schema.has("additionalProperties")
                && !schema.get("additionalProperties").isBoolean();
        for (int left = count(schema, "minProperties", "maxProperties", open ? 3 : 1) - names.size();
                left > 0;
                left--) {
            names.add(freeName(schema));
        }
        Collections.shuffle(names, random);
        names.forEach(name -> object.set(name, value(member(schema, name), depth + 1)));
        return object;
    }

    private String freeName(ObjectNode schema) {
        JsonNode names = schema.path("propertyNames");
        if (names.has("enum") || names.has("examples") || names.has("const")) {
            return value(names, 0).stringValue();
        }
        JsonNode patterns = schema.path("patternProperties");
        if (!patterns.isEmpty()) {
            // Patterns of the corpus are prefixes behind a caret, so this is a fair guess.
            String pattern = new ArrayList<>(patterns.propertyNames()).get(random.nextInt(patterns.size()));
            return pattern.replace("^", "") + random.nextInt(10);
        }
        return text(NODES.objectNode());
    }

    private static JsonNode member(ObjectNode schema, String name) {
        if (schema.path("properties").has(name)) {
            return schema.get("properties").get(name);
        }
        JsonNode patterns = schema.path("patternProperties");
        for (String pattern : patterns.propertyNames()) {
            if (name.startsWith(pattern.replace("^", ""))) {
                return patterns.get(pattern);
            }
        }
        return schema.path("additionalProperties");
    }
}
