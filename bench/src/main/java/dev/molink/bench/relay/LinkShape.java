package dev.molink.bench.relay;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One direction of a link.
 *
 * @param bytesPerSecond what passes at most
 * @param delay from the departure of a byte to its arrival
 */
public record LinkShape(double bytesPerSecond, Duration delay) {

    private static final Pattern RATE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(k|m|g)bit");
    private static final Pattern DELAY = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)ms");

    public LinkShape {
        if (!(bytesPerSecond > 0) || delay.isNegative()) {
            throw new IllegalArgumentException("a link of %s bytes per second with a delay of %s carries nothing"
                    .formatted(bytesPerSecond, delay));
        }
    }

    /**
     * Reads what people write.
     *
     * @param rate such as {@code 100mbit} or {@code 1gbit}
     * @param delay such as {@code 15ms}
     */
    public static LinkShape parse(String rate, String delay) {
        Matcher speed = RATE.matcher(rate.toLowerCase(Locale.ROOT));
        if (!speed.matches()) {
            throw new IllegalArgumentException("'%s' is no link rate; write such as 100mbit or 1gbit".formatted(rate));
        }
        Matcher wait = DELAY.matcher(delay.toLowerCase(Locale.ROOT));
        if (!wait.matches()) {
            throw new IllegalArgumentException("'%s' is no link delay; write such as 15ms".formatted(delay));
        }
        double bits = Double.parseDouble(speed.group(1))
                * switch (speed.group(2)) {
                    case "k" -> 1e3;
                    case "m" -> 1e6;
                    default -> 1e9;
                };
        return new LinkShape(bits / 8, Duration.ofNanos(Math.round(Double.parseDouble(wait.group(1)) * 1e6)));
    }
}
