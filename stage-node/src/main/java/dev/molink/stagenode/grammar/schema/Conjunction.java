package dev.molink.stagenode.grammar.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Schemas that a value must satisfy all at once; none: any value. There are finitely many, so they can name rules. */
record Conjunction(List<Subschema> schemas) {

    static final Conjunction ANYTHING = new Conjunction(List.of());
    static final Conjunction NOTHING = new Conjunction(List.of(Subschema.NOTHING));

    Conjunction {
        schemas = List.copyOf(schemas);
    }

    static Conjunction of(Subschema schema) {
        return schema.anything() ? ANYTHING : new Conjunction(List.of(schema));
    }

    Conjunction and(Conjunction other) {
        if (schemas.isEmpty()) {
            return other;
        }
        List<Subschema> all = new ArrayList<>(schemas);
        other.schemas.stream().filter(schema -> !all.contains(schema)).forEach(all::add);
        all.sort(Comparator.comparingInt(Subschema::id));
        return new Conjunction(all);
    }

    /** Whether it holds the schema {@code false}. */
    boolean isNothing() {
        return schemas.stream().anyMatch(schema -> schema.base().isEmpty());
    }
}
