package dev.molink.controlplane.keys;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what people type who may use the gateway's machine. Each value comes with the name that they know it by; a refusal
 * tells that name, the value, and what is allowed.
 */
public final class KeyWords {

    private static final int MAX_DAYS = 3650;
    private static final int MAX_SHOWN = 60;

    private KeyWords() {}

    /**
     * A list that somebody typed.
     *
     * @param words null: it was left out, and sets no bound
     */
    public record Named(String name, @Nullable List<String> words) {}

    /** @throws RefusedException when a list is empty or too long, or has an entry of a wrong form */
    public static KeyScope scope(Named models, Named endpoints, Named ipRanges) {
        return new KeyScope(
                entries(models, KeyScope.MAX_MODELS, KeyScope::requireModel),
                entries(endpoints, KeyScope.MAX_ENDPOINTS, KeyScope::requireEndpoint),
                entries(ipRanges, KeyScope.MAX_IP_RANGES, IpRange::of));
    }

    /**
     * How long a key works.
     *
     * @param days null: for ever, and so is the result
     * @throws RefusedException when it is not from 1 to 3650
     */
    public static @Nullable Duration lifetime(String name, @Nullable Integer days) {
        if (days != null && (days < 1 || days > MAX_DAYS)) {
            throw refused(name, "%s must be from 1 to %d, but it is %d".formatted(name, MAX_DAYS, days));
        }
        return days == null ? null : Duration.ofDays(days);
    }

    private static <T> List<T> entries(Named list, int max, Function<String, T> read) {
        if (list.words() == null) {
            return List.of();
        }
        int count = list.words().size();
        // nothing allowed, or everything? whoever means everything leaves it out
        if (count < 1 || count > max) {
            throw refused(
                    list.name(),
                    "%s must have from 1 to %d entries, but it has %d; without it everything is allowed"
                            .formatted(list.name(), max, count));
        }
        return list.words().stream()
                .map(word -> entry(list.name(), word.strip(), read))
                .toList();
    }

    private static <T> T entry(String name, String word, Function<String, T> read) {
        try {
            return read.apply(word);
        } catch (IllegalArgumentException wrong) {
            throw refused(name, "%s cannot have '%s': %s".formatted(name, shown(word), wrong.getMessage()));
        }
    }

    private static String shown(String word) {
        String begin = word.length() > MAX_SHOWN ? word.substring(0, MAX_SHOWN) + "…" : word;
        return begin.replaceAll("\\p{Cntrl}", "?");
    }

    private static RefusedException refused(String name, String message) {
        return new RefusedException(Reason.INVALID_VALUE, message, name);
    }
}
