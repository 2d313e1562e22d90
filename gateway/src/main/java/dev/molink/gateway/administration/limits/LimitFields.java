package dev.molink.gateway.administration.limits;

import dev.molink.controlplane.admission.LimitMetric;
import dev.molink.controlplane.admission.LimitOwner;
import dev.molink.controlplane.admission.UsageLimit;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a limit. */
final class LimitFields {

    private static final int MAX_DIGITS = 60;

    private LimitFields() {}

    /** Whose limit it is: that of {@code organizationId} itself, where the owner is an organization. */
    static LimitOwner owner(Fields body, String organizationId) {
        LimitOwner.Kind kind = word(LimitOwner.Kind.values(), "owner", body.requireString("owner"));
        return switch (kind) {
            case ORGANIZATION -> LimitOwner.organization(organizationId);
            case PROJECT -> LimitOwner.project(body.requireString("owner_id"));
            case KEY -> LimitOwner.key(body.requireString("owner_id"));
            case MODEL -> LimitOwner.model(body.requireString("owner_id"), model(body));
        };
    }

    private static String model(Fields body) {
        String model = body.requireString("model");
        if (model.isBlank() || model.length() > 200) {
            throw invalid("model", "expected a model's name of 1 to 200 characters");
        }
        return model;
    }

    static LimitMetric metric(Fields body) {
        return word(LimitMetric.values(), "metric", body.requireString("metric"));
    }

    /** A decimal string, so that no digit is lost on the way. */
    static BigDecimal amount(Fields body) {
        String text = body.requireString("amount");
        if (text.length() > MAX_DIGITS || !text.matches("[0-9]+(\\.[0-9]+)?")) {
            throw invalid("amount", "expected a decimal number as a string, such as \"12.50\"");
        }
        return new BigDecimal(text);
    }

    static UsageLimit.Mode mode(@Nullable String word) {
        return word == null ? UsageLimit.Mode.HARD : word(UsageLimit.Mode.values(), "mode", word);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E word(E[] values, String field, String word) {
        return Arrays.stream(values)
                .filter(value -> word(value).equals(word))
                .findFirst()
                .orElseThrow(() -> invalid(
                        field,
                        "expected one of "
                                + String.join(
                                        ", ",
                                        Arrays.stream(values)
                                                .map(LimitFields::word)
                                                .toList())));
    }

    private static ApiException invalid(String field, String expected) {
        return ApiException.field(ErrorCode.INVALID_VALUE, field, "Invalid '%s': %s.".formatted(field, expected));
    }
}
