package dev.molink.stagenode.grammar.schema;

/**
 * How large a schema may be. They bound the time and memory that a stranger's schema can take at admission.
 *
 * @param textBytes bytes of the schema's text
 * @param depth objects and lists within each other
 * @param subschemas schemas within the schema, itself included
 * @param enumValues values of one {@code enum}
 * @param properties names that one object schema knows, those of its {@code allOf} included
 * @param references {@code $ref}s that lead from one to the next
 * @param alternatives kinds of value that one schema may come down to, after {@code anyOf}, {@code oneOf} and
 *     {@code allOf} are multiplied out
 * @param combinations schemas that meet in one value by {@code allOf}, {@code $ref} and patterns, counted over all
 * @param states states of the automaton of one pattern, number range or set of keys
 */
public record SchemaLimits(
        int textBytes,
        int depth,
        int subschemas,
        int enumValues,
        int properties,
        int references,
        int alternatives,
        int combinations,
        int states) {

    public static final SchemaLimits DEFAULT =
            new SchemaLimits(256 << 10, 64, 5_000, 1_000, 1_000, 32, 256, 5_000, 5_000);

    public SchemaLimits {
        require("text bytes", textBytes);
        require("depth", depth);
        require("subschemas", subschemas);
        require("enum values", enumValues);
        require("properties", properties);
        require("references", references);
        require("alternatives", alternatives);
        require("combinations", combinations);
        require("states", states);
    }

    private static void require(String name, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit of %s is %d; allowed is 1 or more".formatted(name, limit));
        }
    }
}
