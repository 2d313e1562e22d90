package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Subschema.Values;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Reads {@code enum} and {@code const}. */
final class ValuesReader {

    /** Digits that a number may have, its exponent written out: enough for every double. */
    private static final int NUMBER_DIGITS = 400;

    private final KeywordValues keywords;
    private final SchemaLimits limits;

    ValuesReader(KeywordValues keywords, SchemaLimits limits) {
        this.keywords = keywords;
        this.limits = limits;
    }

    List<Values> values() {
        List<Values> values = new ArrayList<>();
        keywords.list("enum").ifPresent(list -> values.add(allowed(list)));
        keywords.any("const").ifPresent(value -> values.add(checked(List.of(value), keywords.place("const"))));
        return values;
    }

    private Values allowed(ArrayNode list) {
        Place place = keywords.place("enum");
        if (list.isEmpty()) {
            throw place.impossible("the list of allowed values is empty");
        }
        if (list.size() > limits.enumValues()) {
            throw place.tooLarge("%d values; allowed are %d".formatted(list.size(), limits.enumValues()));
        }
        List<JsonNode> distinct = new ArrayList<>();
        for (JsonNode value : list) {
            if (distinct.stream().noneMatch(known -> JsonValues.equal(known, value))) {
                distinct.add(value);
            }
        }
        return checked(distinct, place);
    }

    private static Values checked(List<JsonNode> values, Place place) {
        values.forEach(value -> check(value, place));
        return new Values(List.copyOf(values), place);
    }

    private static void check(JsonNode value, Place place) {
        if (value.isNumber()
                && (value.decimalValue().precision() > NUMBER_DIGITS
                        || Math.abs((long) value.decimalValue().scale()) > NUMBER_DIGITS)) {
            throw place.tooLarge("a number has more than %d digits".formatted(NUMBER_DIGITS));
        }
        value.forEach(inner -> check(inner, place));
    }
}
