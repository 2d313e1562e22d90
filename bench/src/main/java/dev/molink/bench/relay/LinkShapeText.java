package dev.molink.bench.relay;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of a {@link LinkShape}. */
final class LinkShapeText {

    private static final Pattern RATE = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)(k|m|g)bit");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(us|ms|s)");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,12})(k|m)?");
    private static final String KEYS = "rate, delay, jitter, seed, burst, stall and cut";

    private LinkShapeText() {}

    static LinkShape read(String text) {
        Map<String, String> parts = parts(text);
        String rate = parts.remove("rate");
        if (rate == null) {
            throw new IllegalArgumentException(
                    "'%s' has no rate; write such as rate=100mbit,delay=15ms".formatted(text));
        }
        LinkShape shape = new LinkShape(rate(rate), duration("link delay", take(parts, "delay", "0ms")))
                .withJitter(jitter(take(parts, "jitter", "0ms"), take(parts, "seed", "0")))
                .withBurst(bytes(take(parts, "burst", "0")))
                .withStall(outages("stall", take(parts, "stall", "")))
                .withCut(outages("cut", take(parts, "cut", "")));
        if (!parts.isEmpty()) {
            throw new IllegalArgumentException("'%s' is no part of a link; there are %s"
                    .formatted(parts.keySet().iterator().next(), KEYS));
        }
        return shape;
    }

    private static Map<String, String> parts(String text) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int sign = part.indexOf('=');
            if (sign < 1) {
                throw new IllegalArgumentException(
                        "'%s' in '%s' is no part of a link; write such as rate=100mbit,delay=15ms"
                                .formatted(part, text));
            }
            String key = part.substring(0, sign).strip().toLowerCase(Locale.ROOT);
            if (parts.put(key, part.substring(sign + 1).strip()) != null) {
                throw new IllegalArgumentException("'%s' says %s twice".formatted(text, key));
            }
        }
        return parts;
    }

    private static String take(Map<String, String> parts, String key, String otherwise) {
        String value = parts.remove(key);
        return value == null ? otherwise : value;
    }

    /** Bytes per second. */
    static double rate(String text) {
        Matcher rate = RATE.matcher(text.toLowerCase(Locale.ROOT));
        if (!rate.matches()) {
            throw new IllegalArgumentException("'%s' is no link rate; write such as 100mbit or 1gbit".formatted(text));
        }
        double unit = switch (rate.group(2)) {
            case "k" -> 1e3;
            case "m" -> 1e6;
            default -> 1e9;
        };
        return Double.parseDouble(rate.group(1)) * unit / 8;
    }

    static Duration duration(String what, String text) {
        Matcher duration = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!duration.matches()) {
            throw new IllegalArgumentException("'%s' is no %s; write such as 15ms".formatted(text, what));
        }
        double unit = switch (duration.group(2)) {
            case "us" -> 1e3;
            case "ms" -> 1e6;
            default -> 1e9;
        };
        return Duration.ofNanos(Math.round(Double.parseDouble(duration.group(1)) * unit));
    }

    static Jitter jitter(String text, String seed) {
        String[] parts = text.split(":", 2);
        Duration extent = duration("link jitter", parts[0]);
        String spread = parts.length == 1 ? "uniform" : parts[1].toLowerCase(Locale.ROOT);
        return new Jitter(
                switch (spread) {
                    case "uniform" -> Jitter.Spread.UNIFORM;
                    case "normal" -> Jitter.Spread.NORMAL;
                    default ->
                        throw new IllegalArgumentException(
                                "'%s' is no spread of a jitter; there are uniform and normal".formatted(parts[1]));
                },
                extent,
                seed(seed));
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is no seed; write a whole number".formatted(text), e);
        }
    }

    private static long bytes(String text) {
        Matcher bytes = BYTES.matcher(text.toLowerCase(Locale.ROOT));
        if (!bytes.matches()) {
            throw new IllegalArgumentException("'%s' is no link burst; write bytes such as 16k or 1m".formatted(text));
        }
        String unit = bytes.group(2) == null ? "" : bytes.group(2);
        return Long.parseLong(bytes.group(1))
                * switch (unit) {
                    case "k" -> 1024;
                    case "m" -> 1024 * 1024;
                    default -> 1;
                };
    }

    private static Outages outages(String what, String text) {
        if (text.isEmpty()) {
            return Outages.NONE;
        }
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "'%s' is no link %s; write its length and how often, such as 500ms/5s".formatted(text, what));
        }
        return new Outages(duration("link " + what, parts[0]), duration("link " + what, parts[1]));
    }

    static String write(LinkShape shape) {
        StringBuilder text = new StringBuilder("rate=")
                .append(plain(shape.bytesPerSecond() * 8 / 1e6))
                .append("mbit,delay=")
                .append(plain(shape.delay()));
        Jitter jitter = shape.jitter();
        if (!jitter.extent().isZero()) {
            text.append(",jitter=").append(plain(jitter.extent()));
            text.append(jitter.spread() == Jitter.Spread.NORMAL ? ":normal" : "");
            text.append(",seed=").append(jitter.seed());
        }
        if (shape.burstBytes() > 0) {
            text.append(",burst=").append(shape.burstBytes());
        }
        append(text, "stall", shape.stall());
        append(text, "cut", shape.cut());
        return text.toString();
    }

    private static void append(StringBuilder text, String key, Outages outages) {
        if (!outages.none()) {
            text.append(",%s=%s/%s".formatted(key, plain(outages.length()), plain(outages.period())));
        }
    }

    private static String plain(Duration duration) {
        return plain(duration.toNanos() / 1e6) + "ms";
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value)
                .setScale(9, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }
}
