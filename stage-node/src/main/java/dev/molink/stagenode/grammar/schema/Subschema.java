package dev.molink.stagenode.grammar.schema;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One schema of the document as it is written, its keywords checked.
 *
 * @param id its number in the document, which tells it from every other
 * @param pointer where it stands
 * @param anything whether it holds no keyword that restricts anything
 * @param base what its own keywords allow, by kind of value; those that lead to other schemas are apart
 * @param values of {@code enum} and {@code const}
 * @param allOf schemas that must hold as well
 * @param anyOf schemas of which one or more must hold
 * @param oneOf schemas of which exactly one must hold
 * @param reference {@code $ref}
 */
record Subschema(
        int id,
        String pointer,
        boolean anything,
        List<Shape> base,
        List<Values> values,
        List<Subschema> allOf,
        List<Subschema> anyOf,
        List<Subschema> oneOf,
        Optional<Reference> reference) {

    /** The schema {@code false}. */
    static final Subschema NOTHING = literal(-1, "", false);

    Subschema {
        base = List.copyOf(base);
        values = List.copyOf(values);
        allOf = List.copyOf(allOf);
        anyOf = List.copyOf(anyOf);
        oneOf = List.copyOf(oneOf);
    }

    /** The values of {@code enum} or {@code const}. */
    record Values(List<JsonNode> allowed, Place place) {}

    /** A {@code $ref} as it is written. */
    record Reference(String target, Place place) {}

    /** The schema {@code true} or {@code false}. */
    static Subschema literal(int id, String pointer, boolean anything) {
        List<Shape> base = anything ? Shape.ANYTHING : List.of();
        return new Subschema(id, pointer, anything, base, List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    Place place(String keyword) {
        return new Place(pointer, keyword);
    }

    /** One number, one schema: what it holds may refer back to it. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Subschema schema && schema.id == id;
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        return "#" + pointer;
    }
}
