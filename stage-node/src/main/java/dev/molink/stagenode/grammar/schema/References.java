package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Subschema.Reference;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Finds the schema that a {@code $ref} means: {@code #}, {@code #/pointer} or {@code #anchor} of the same document. */
final class References {

    private final Map<String, Subschema> schemas;

    /** @param schemas by pointer, and by {@code #} and anchor */
    References(Map<String, Subschema> schemas) {
        this.schemas = Map.copyOf(schemas);
    }

    Subschema find(Reference reference) {
        String target = reference.target();
        if (!target.startsWith("#")) {
            throw reference.place().unsupported("'%s' is not in this schema; allowed are '#…' only".formatted(target));
        }
        String fragment = decoded(reference);
        Subschema found = schemas.get(fragment.isEmpty() || fragment.startsWith("/") ? fragment : "#" + fragment);
        if (found == null) {
            throw reference.place().malformed("no schema stands at '%s'".formatted(target));
        }
        return found;
    }

    private static String decoded(Reference reference) {
        try {
            // A plus is itself in a fragment, but a space to the decoder.
            return URLDecoder.decode(reference.target().substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw reference.place().malformed("'%s' is no URI: %s".formatted(reference.target(), e.getMessage()));
        }
    }
}
