package dev.molink.gateway.organization;

import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Query parameters that are lists or words, with a refusal that names the parameter. */
final class QueryLists {

    private static final int MAX_VALUES = 100;

    private QueryLists() {}

    /** Values to filter by; empty: no filter. */
    static List<String> filter(AdminExchange exchange, String name) {
        List<String> values = exchange.queries(name);
        if (values.size() > MAX_VALUES) {
            throw ApiException.field(
                    ErrorCode.ARRAY_TOO_LONG,
                    name,
                    "Invalid '%s': expected at most %d values, but got %d.".formatted(name, MAX_VALUES, values.size()));
        }
        return values;
    }

    /** Words of a list, each one of {@code allowed}; several may stand in one value, separated by commas. */
    static Set<String> words(AdminExchange exchange, String name, List<String> allowed) {
        Set<String> words = new LinkedHashSet<>();
        for (String value : filter(exchange, name)) {
            Stream.of(value.split(",")).map(String::strip).forEach(word -> words.add(word(name, word, allowed)));
        }
        return words;
    }

    /** One of {@code allowed}; null where the request is silent. */
    static @Nullable String word(AdminExchange exchange, String name, List<String> allowed) {
        String value = exchange.query(name);
        return value == null ? null : word(name, value, allowed);
    }

    private static String word(String name, String word, List<String> allowed) {
        if (!allowed.contains(word)) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    name,
                    "Invalid value for '%s': supported values are '%s'.".formatted(name, String.join("', '", allowed)));
        }
        return word;
    }
}
