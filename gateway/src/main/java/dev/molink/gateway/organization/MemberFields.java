package dev.molink.gateway.organization;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.members.ProjectRole;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Roles as the words of the API. OpenAI's {@code reader} of an organization is our {@code viewer}. */
final class MemberFields {

    private static final String READER = "reader";

    private MemberFields() {}

    static Role role(String field, String word) {
        return word.equals(READER) ? Role.VIEWER : value(Role.values(), field, word);
    }

    static ProjectRole projectRole(String field, String word) {
        return value(ProjectRole.values(), field, word);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E value(E[] values, String field, String word) {
        return Arrays.stream(values)
                .filter(value -> word(value).equals(word))
                .findFirst()
                .orElseThrow(() -> ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        field,
                        "Invalid '%s': expected one of %s.".formatted(field, String.join(", ", words(values)))));
    }

    private static List<String> words(Enum<?>[] values) {
        return Arrays.stream(values).map(MemberFields::word).toList();
    }
}
