package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads for whom a tenant's request serves: {@code user}, or else {@code safety_identifier}, OpenAI's newer name. The label
 * goes to the usage record and to nobody else.
 */
final class EndUserField {

    private static final int MAX_LENGTH = 256;

    private EndUserField() {}

    /** Null where neither is given, or both are empty. */
    static @Nullable String read(Fields body) {
        String user = label(body, "user");
        String identifier = label(body, "safety_identifier");
        return user != null ? user : identifier;
    }

    private static @Nullable String label(Fields body, String name) {
        String label = body.string(name);
        if (label == null || label.isEmpty()) {
            return null;
        }
        if (label.length() > MAX_LENGTH) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    body.path(name),
                    "Invalid '%s': expected at most %d characters, but got %d."
                            .formatted(body.path(name), MAX_LENGTH, label.length()));
        }
        boolean text = StandardCharsets.UTF_8.newEncoder().canEncode(label)
                && label.codePoints().noneMatch(Character::isISOControl);
        if (!text) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    body.path(name),
                    "Invalid '%s': expected Unicode text without control characters.".formatted(body.path(name)));
        }
        return label;
    }
}
