package dev.molink.bench.links;

import dev.molink.bench.fleet.RepeatingText;
import dev.molink.bench.fleet.RequestText;
import dev.molink.bench.fleet.VirtualFleet;
import java.util.Locale;

/** Which texts the requests of a trace have, as traces say only how long they are. */
public enum TextChoice {
    /** Nothing repeats but by chance. */
    RANDOM,
    /** Passages are copied from earlier in the text, see {@link RepeatingText}. */
    REPEATING;

    /**
     * Reads {@code random} or {@code repeating}.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    public static TextChoice parse(String text) {
        return switch (text) {
            case "random" -> RANDOM;
            case "repeating" -> REPEATING;
            default ->
                throw new IllegalArgumentException("text '%s' is unknown; allowed: random, repeating".formatted(text));
        };
    }

    VirtualFleet fleet() {
        return new VirtualFleet(setting -> switch (this) {
            case RANDOM -> RequestText.random(setting.seed(), setting.model().vocabularySize());
            case REPEATING -> new RepeatingText(setting.seed(), setting.model().vocabularySize());
        });
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
