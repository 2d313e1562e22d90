package dev.molink.gateway.structure;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.proto.node.v1.Structure;
import org.jspecify.annotations.Nullable;

/**
 * What the answer's text must be. The head compiles it and refuses what it cannot keep.
 *
 * @param field the body's field that says so, for messages
 * @param name of the schema, as the client calls it; null where it has none
 */
public record StructureOption(String field, @Nullable String name, Structure structure) {

    private static final int MAX_REASON = 1000;

    /** @param reason the head's sentence, which names keyword and reason */
    public ApiException refused(String reason) {
        String subject = name == null ? "'%s'".formatted(field) : "schema for %s '%s'".formatted(field, name);
        String shown = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) + "…" : reason;
        return ApiException.field(code(), field, "Invalid %s: %s".formatted(subject, shown));
    }

    private ErrorCode code() {
        return structure.getKindCase() == Structure.KindCase.JSON_SCHEMA
                ? ErrorCode.INVALID_JSON_SCHEMA
                : ErrorCode.INVALID_VALUE;
    }

    /** Without the schema's text, which is the client's. */
    @Override
    public String toString() {
        return "StructureOption[%s, %s]".formatted(field, structure.getKindCase());
    }
}
