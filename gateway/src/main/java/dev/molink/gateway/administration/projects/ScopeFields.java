package dev.molink.gateway.administration.projects;

import dev.molink.controlplane.keys.IpRange;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.util.List;
import java.util.function.Function;

/** Reads a key's scope: {@code models}, {@code endpoints}, {@code ip_ranges}. A list that is absent sets no bound. */
final class ScopeFields {

    private ScopeFields() {}

    static KeyScope read(Fields body) {
        return new KeyScope(
                list(body, "models", KeyScope.MAX_MODELS, KeyScope::requireModel),
                list(body, "endpoints", KeyScope.MAX_ENDPOINTS, KeyScope::requireEndpoint),
                list(body, "ip_ranges", KeyScope.MAX_IP_RANGES, IpRange::of));
    }

    private static <T> List<T> list(Fields body, String name, int max, Function<String, T> read) {
        List<T> entries = body.list(name, max, (path, value) -> entry(path, Fields.asString(path, value), read));
        if (entries.isEmpty() && body.value(name) != null) {
            // nothing allowed, or everything? whoever means everything leaves it out
            throw ApiException.field(
                    ErrorCode.EMPTY_ARRAY,
                    name,
                    "Invalid '%s': expected at least one entry; without the field everything is allowed."
                            .formatted(name));
        }
        return entries;
    }

    private static <T> T entry(String path, String text, Function<String, T> read) {
        try {
            return read.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE, path, "Invalid '%s': %s.".formatted(path, wrong.getMessage()));
        }
    }
}
