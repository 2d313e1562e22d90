package dev.molink.gateway.administration;

import dev.molink.controlplane.paging.PageRequest.Order;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Query parameters as values, with a refusal that names the parameter. */
final class QueryValues {

    private static final int MAX_SHOWN = 100;

    private QueryValues() {}

    static long integer(String name, String text, long min, long max) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException noInteger) {
            throw ApiException.field(
                    ErrorCode.INVALID_TYPE,
                    name,
                    "Invalid type for '%s': expected an integer, but got '%s' instead."
                            .formatted(name, printable(text)));
        }
        if (value < min || value > max) {
            throw ApiException.field(
                    value < min ? ErrorCode.BELOW_MINIMUM : ErrorCode.ABOVE_MAXIMUM,
                    name,
                    "Invalid '%s': expected a value from %d to %d, but got %d instead."
                            .formatted(name, min, max, value));
        }
        return value;
    }

    static Order order(@Nullable String text, Order standard) {
        if (text == null) {
            return standard;
        }
        return switch (text) {
            case "asc" -> Order.ASC;
            case "desc" -> Order.DESC;
            default ->
                throw ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        "order",
                        "Invalid 'order': expected 'asc' or 'desc', but got '%s' instead.".formatted(printable(text)));
        };
    }

    /** What a client sent, fit for a message. */
    static String printable(String text) {
        String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
