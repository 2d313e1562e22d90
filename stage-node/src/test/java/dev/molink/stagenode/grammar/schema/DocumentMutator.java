package dev.molink.stagenode.grammar.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Changes one thing in a document, so that it often breaks the schema that it came from. */
final class DocumentMutator {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Random random;

    DocumentMutator(Random random) {
        this.random = random;
    }

    JsonNode mutated(JsonNode document) {
        if (document.isEmpty() || random.nextInt(4) == 0) {
            return changed(document);
        }
        if (document instanceof ArrayNode array) {
            ArrayNode copy = array.deepCopy();
            int index = random.nextInt(copy.size());
            copy.set(index, mutated(copy.get(index)));
            return copy;
        }
        ObjectNode copy = ((ObjectNode) document).deepCopy();
        List<String> names = new ArrayList<>(copy.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        copy.set(name, mutated(copy.get(name)));
        return copy;
    }

    private JsonNode changed(JsonNode value) {
        if (random.nextInt(4) == 0) {
            return foreign();
        }
        return switch (value) {
            case ObjectNode object -> changed(object.deepCopy());
            case ArrayNode array -> changed(array.deepCopy());
            case StringNode string -> changed(string.stringValue());
            case JsonNode number
            when number.isIntegralNumber() ->
                NODES.numberNode(number.bigIntegerValue().add(BigInteger.valueOf(random.nextInt(2001) - 1000)));
            case JsonNode number
            when number.isNumber() ->
                plain(number.decimalValue().multiply(BigDecimal.valueOf(random.nextInt(201) - 100, 1)));
            default -> foreign();
        };
    }

    private JsonNode foreign() {
        return switch (random.nextInt(7)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextInt(2000) - 1000);
            case 3 -> plain(BigDecimal.valueOf(random.nextInt(2000), 2));
            case 4 -> StringNode.valueOf("other");
            case 5 -> NODES.arrayNode();
            default -> NODES.objectNode();
        };
    }

    /** Without trailing zeros and exponent: a whole number as an integer. */
    private static JsonNode plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() <= 0 ? NODES.numberNode(stripped.toBigIntegerExact()) : NODES.numberNode(stripped);
    }

    private JsonNode changed(ObjectNode object) {
        List<String> names = new ArrayList<>(object.propertyNames());
        if (names.isEmpty() || random.nextInt(3) == 0) {
            return object.put("surplus" + random.nextInt(3), random.nextInt(3));
        }
        String name = names.get(random.nextInt(names.size()));
        JsonNode value = object.remove(name);
        return random.nextBoolean() ? object : object.set(name + "x", value);
    }

    private JsonNode changed(ArrayNode array) {
        if (array.isEmpty() || random.nextBoolean()) {
            return array.add(array.isEmpty() ? NODES.numberNode(1) : array.get(random.nextInt(array.size())));
        }
        array.remove(random.nextInt(array.size()));
        return array;
    }

    private JsonNode changed(String text) {
        int cut =
                text.isEmpty() ? 0 : text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length())));
        return StringNode.valueOf(
                switch (random.nextInt(4)) {
                    case 0 -> text.substring(0, cut);
                    case 1 -> text + "z";
                    case 2 -> text.substring(0, cut) + "?" + text.substring(cut);
                    default -> text + text;
                });
    }
}
