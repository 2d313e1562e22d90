package dev.molink.bench.links;

import java.util.Locale;

/** On which clock an experiment runs. */
public enum ClockChoice {
    VIRTUAL,
    REAL,
    BOTH;

    /**
     * Reads {@code virtual}, {@code real} or {@code both}.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    public static ClockChoice parse(String text) {
        return switch (text) {
            case "virtual" -> VIRTUAL;
            case "real" -> REAL;
            case "both" -> BOTH;
            default ->
                throw new IllegalArgumentException(
                        "clock '%s' is unknown; allowed: virtual, real, both".formatted(text));
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
