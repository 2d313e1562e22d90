package dev.molink.stagenode.grammar.schema;

import java.util.Map;
import java.util.Set;

/** The names that may stand in a schema, by what becomes of them. */
final class Keywords {

    /** Say something about a value to people or programs, and restrict nothing. */
    static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$schema",
            "$comment",
            "contentEncoding",
            "contentMediaType",
            "contentSchema",
            "discriminator");

    /** Restrict values, or name and reach other schemas. */
    static final Set<String> SUPPORTED = Set.of(
            "$anchor",
            "$defs",
            "$id",
            "$ref",
            "additionalProperties",
            "allOf",
            "anyOf",
            "const",
            "definitions",
            "enum",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "format",
            "items",
            "maxItems",
            "maxLength",
            "maxProperties",
            "maximum",
            "minItems",
            "minLength",
            "minProperties",
            "minimum",
            "multipleOf",
            "oneOf",
            "pattern",
            "patternProperties",
            "prefixItems",
            "properties",
            "propertyNames",
            "required",
            "type",
            "uniqueItems");

    /** Of the supported, those that only name schemas. */
    static final Set<String> NAMING = Set.of("$anchor", "$defs", "$id", "definitions");

    /** Known, refused, and what to do instead. */
    private static final Map<String, String> ADVICE = Map.of(
            "additionalItems", "write 'prefixItems' and 'items'",
            "nullable", "write \"null\" into the list of 'type'",
            "not", "say what is allowed instead",
            "if", "write 'anyOf' with one branch per case",
            "id", "write '$id'");

    private Keywords() {}

    static void check(String keyword, String pointer) {
        if (SUPPORTED.contains(keyword) || ANNOTATIONS.contains(keyword)) {
            return;
        }
        String advice = ADVICE.get(keyword);
        throw new Place(pointer, keyword)
                .unsupported("this keyword is not supported" + (advice == null ? "" : "; " + advice));
    }
}
