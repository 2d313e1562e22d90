package dev.molink.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Whether the relay has the rate and the delay that it was given: the one place where time is judged, as the relay is a
 * measuring tool. Medians of several tries count; where they are off, the same is measured without a relay, and a machine
 * that is too busy even for that proves nothing.
 */
@Timeout(120)
class LinkRelayAccuracyTests {

    private static final double RATE_TOLERANCE = 0.03;
    private static final double DELAY_TOLERANCE_MILLIS = 2;
    private static final int TRIES = 3;
    private static final int ROUNDS = 4;

    /** What a machine must have without a relay, so that the relay alone is judged. */
    private static final double RATE_RESERVE = 4;

    private static final double MOST_LATE_MILLIS = 0.5;

    static final List<Arguments> LINKS = Stream.of("20mbit", "100mbit", "1000mbit")
            .flatMap(rate -> Stream.of("0ms", "15ms", "50ms").map(delay -> Arguments.of(rate, delay)))
            .toList();

    @ParameterizedTest
    @FieldSource("LINKS")
    void hasTheRateItWasGiven(String rate, String delay) throws Exception {
        LinkShape shape = LinkShape.parse(rate, delay);
        double given = shape.bytesPerSecond();
        for (int round = 0; round < ROUNDS; round++) {
            double measured = median(shape, probe -> probe.bytesPerSecond(given));
            say("%s, %s: %.2f Mbit/s".formatted(rate, delay, measured * 8e-6));
            if (Math.abs(measured / given - 1) <= RATE_TOLERANCE) {
                return;
            }
        }
        abortOnABusyMachine(shape);
        fail("no round of %d had %s within %.0f %%", ROUNDS, rate, 100 * RATE_TOLERANCE);
    }

    @ParameterizedTest
    @FieldSource("LINKS")
    void hasTheDelayItWasGiven(String rate, String delay) throws Exception {
        LinkShape shape = LinkShape.parse(rate, delay);
        double given = shape.delay().toNanos() / 1e6;
        for (int round = 0; round < ROUNDS; round++) {
            double measured = median(shape, LinkProbe::delayMillis);
            say("%s, %s: %.2f ms".formatted(rate, delay, measured));
            assertThat(measured).as("nothing arrives early").isGreaterThanOrEqualTo(given);
            if (measured - given <= DELAY_TOLERANCE_MILLIS) {
                return;
            }
        }
        abortOnABusyMachine(shape);
        fail("no round of %d had %s within %.0f ms", ROUNDS, delay, DELAY_TOLERANCE_MILLIS);
    }

    private static void abortOnABusyMachine(LinkShape shape) throws Exception {
        double rate = median(null, probe -> probe.bytesPerSecond(shape.bytesPerSecond()));
        double delay = median(null, LinkProbe::delayMillis);
        double late = LinkProbe.latenessMillis();
        if (rate < RATE_RESERVE * shape.bytesPerSecond() || delay > MOST_LATE_MILLIS || late > MOST_LATE_MILLIS) {
            say(
                    "SKIPPED: this machine is too busy to judge a link: %.0f Mbit/s and %.2f ms without a relay, and threads wake %.2f ms late"
                            .formatted(rate * 8e-6, delay, late));
            abort("the machine is too busy to judge a link");
        }
    }

    /** Something to measure. */
    private interface Measurement {

        double of(LinkProbe probe) throws Exception;
    }

    /** @param shape null: without a relay */
    private static double median(@Nullable LinkShape shape, Measurement measurement) throws Exception {
        List<Double> tries = new ArrayList<>();
        for (int count = 0; count < TRIES; count++) {
            try (LinkProbe probe = new LinkProbe(shape)) {
                tries.add(measurement.of(probe));
            }
        }
        return LinkProbe.median(tries);
    }

    private static void say(String sentence) {
        System.err.println(sentence);
    }
}
