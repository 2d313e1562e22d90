package dev.molink.gateway.administration.money;

import dev.molink.controlplane.ledger.MoneyMove;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Amounts, instants, months and words of requests, with refusals that name the field. */
final class MoneyFields {

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?");

    private MoneyFields() {}

    /** An amount as a string; a JSON number is refused, as clients and proxies round those. */
    static BigDecimal requireDecimal(Fields body, String name) {
        return decimal(body.path(name), body.requireString(name));
    }

    static BigDecimal decimal(Fields body, String name, BigDecimal standard) {
        String text = body.string(name);
        return text == null ? standard : decimal(body.path(name), text);
    }

    static @Nullable Instant instant(String path, @Nullable String text) {
        return parse(path, text, Instant::parse, "an instant such as 2026-11-21T12:00:00Z");
    }

    static @Nullable YearMonth month(String path, @Nullable String text) {
        return parse(path, text, YearMonth::parse, "a month such as 2026-11");
    }

    static YearMonth requireMonth(Fields body, String name) {
        return Objects.requireNonNull(month(body.path(name), body.requireString(name)));
    }

    /** One of the enum's constants by its name in lower case; null when the text is. */
    static <E extends Enum<E>> @Nullable E word(String path, @Nullable String text, Class<E> type) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> word(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        path,
                        "Invalid '%s': expected one of %s."
                                .formatted(
                                        path,
                                        String.join(
                                                ", ",
                                                Arrays.stream(type.getEnumConstants())
                                                        .map(MoneyFields::word)
                                                        .toList()))));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    /** The move that a body describes, within the organization in question. */
    static MoneyMove move(AdminExchange exchange, String currency) {
        Fields body = exchange.body();
        String reason = body.string("reason");
        return new MoneyMove(
                exchange.organizationId(),
                currency,
                requireDecimal(body, "amount"),
                reason == null ? "" : reason,
                exchange.caller().actorId(),
                body.string("idempotency_key"));
    }

    private static BigDecimal decimal(String path, String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    path,
                    "Invalid '%s': expected a decimal number as a string, such as '0.15'.".formatted(path));
        }
        return new BigDecimal(text);
    }

    private static <T> @Nullable T parse(
            String path, @Nullable String text, Function<String, T> parser, String expected) {
        try {
            return text == null ? null : parser.apply(text);
        } catch (DateTimeException wrong) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE, path, "Invalid '%s': expected %s.".formatted(path, expected));
        }
    }
}
