package dev.molink.cli;

import dev.molink.bench.relay.LinkShape;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that make the links between the stages of this machine slow. */
final class LinkFlags {

    @Option(
            names = "--link-rate",
            paramLabel = "RATE",
            description = "Rate of each direction of the links between stages, such as 100mbit or 1gbit.")
    @Nullable
    String rate;

    @Option(
            names = "--link-delay",
            paramLabel = "DELAY",
            description = "Their delay one way, such as 15ms (default 0ms).")
    @Nullable
    String delay;

    @Option(
            names = "--link-jitter",
            paramLabel = "J",
            description = "How their delay varies: 2ms for uniformly up to 2 ms, 2ms:normal for that deviation.")
    @Nullable
    String jitter;

    @Option(
            names = "--link-stall",
            paramLabel = "S",
            description = "They stand still again and again: 500ms/5s for half a second of every five.")
    @Nullable
    String stall;

    @Option(
            names = "--link-cut",
            paramLabel = "C",
            description = "They are cut again and again: 2s/60s for two seconds of every sixty.")
    @Nullable
    String cut;

    /**
     * The shape of both directions; empty: links as they are.
     *
     * @param stages the stages that they join
     */
    Optional<LinkShape> shape(int stages) {
        StringBuilder text = new StringBuilder();
        add(text, "delay", delay);
        add(text, "jitter", jitter);
        add(text, "stall", stall);
        add(text, "cut", cut);
        if (rate == null && !text.isEmpty()) {
            throw new IllegalArgumentException("the links need a rate, too: write such as --link-rate 100mbit");
        }
        if (rate == null) {
            return Optional.empty();
        }
        if (stages == 1) {
            throw new IllegalArgumentException(
                    "--link-rate %s: one stage has no links; --stages 2 has".formatted(rate));
        }
        return Optional.of(LinkShape.parse("rate=" + rate + text));
    }

    private static void add(StringBuilder text, String key, @Nullable String value) {
        if (value != null) {
            text.append(',').append(key).append('=').append(value);
        }
    }
}
