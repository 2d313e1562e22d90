package dev.molink.controlplane.keys;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lists of a {@link KeyScope} as the database holds them: one entry a line; null for an empty list. */
final class ScopeText {

    private ScopeText() {}

    static @Nullable String of(List<?> entries) {
        return entries.isEmpty() ? null : entries.stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    static KeyScope parse(@Nullable String models, @Nullable String endpoints, @Nullable String ipRanges) {
        return models == null && endpoints == null && ipRanges == null
                ? KeyScope.ANY
                : new KeyScope(
                        lines(models),
                        lines(endpoints),
                        lines(ipRanges).stream().map(IpRange::of).toList());
    }

    private static List<String> lines(@Nullable String text) {
        return text == null ? List.of() : text.lines().toList();
    }
}
