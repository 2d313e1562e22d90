package dev.molink.stagenode.transmit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links whose ends are late: every frame, and every answer, is noticed up to so many milliseconds after it came. */
class SlackTrialsTests {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private long nextId = 1;

    @ParameterizedTest
    @CsvSource({
        "40, 0.5, 20",
        "40, 15, 20",
        "100, 0.5, 20",
        "100, 15, 20",
        "100, 0.5, 60",
        "100, 15, 60",
        "1000, 0.5, 20"
    })
    void fillsALinkWhoseEndsAreLate(double megabits, double delayMillis, double lateMillis) {
        VirtualLink link = backlogged(megabits, delayMillis);
        late(link, lateMillis);
        link.runUntil(10 * SECOND);

        double share = shareOfTheWire(link, 20 * SECOND);

        assertThat(share).as("of the wire's rate").isGreaterThan(0.75);
    }

    @ParameterizedTest
    @CsvSource({"0.5", "15"})
    void shortensTheWindowAgainWhenTheEndsAreInTime(double delayMillis) {
        VirtualLink link = backlogged(100, delayMillis);
        late(link, 40);
        link.runUntil(10 * SECOND);
        late(link, 0);

        link.runUntil(100 * SECOND);

        double bandwidthDelay = link.bytesPerSecond() * 2 * delayMillis / 1e3;
        assertThat((double) link.queue.figures().windowBytes())
                .isLessThan(1.1 * bandwidthDelay + 2 * FairRule.LEAST_FRAME_BYTES);
        assertThat(shareOfTheWire(link, 110 * SECOND)).isGreaterThan(0.95);
    }

    @Test
    void keepsToTheWindowWhereTheLinkIsAsFastAsItWas() {
        VirtualLink link = backlogged(100, 15);
        double bandwidthDelay = link.bytesPerSecond() * 0.030;

        for (long nanos = SECOND; nanos < 20 * SECOND; nanos += 10 * MILLI) {
            link.runUntil(nanos);
            assertThat((double) link.queue.figures().windowBytes()).isLessThanOrEqualTo(1.02 * bandwidthDelay);
        }
    }

    @Test
    void doesNotFillTheQueuesOfALinkThatBecameSlow() {
        VirtualLink link = backlogged(100, 15);
        link.runUntil(5 * SECOND);
        link.rate(20);
        link.runUntil(10 * SECOND);
        double bandwidthDelay = link.bytesPerSecond() * 0.030;
        int longer = 0;

        for (long nanos = 10 * SECOND; nanos < 70 * SECOND; nanos += 10 * MILLI) {
            link.runUntil(nanos);
            longer += link.queue.figures().windowBytes() > bandwidthDelay + 2 * FairRule.LEAST_FRAME_BYTES ? 1 : 0;
        }

        assertThat(longer / 6000.0).as("share of the time with a longer window").isLessThan(0.05);
    }

    private VirtualLink backlogged(double megabits, double delayMillis) {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);
        VirtualLink link = new VirtualLink(queue, megabits, delayMillis, 16 << 10, 1);
        queue.assume(new LinkRate(Math.round(link.bytesPerSecond()), Math.round(delayMillis * MILLI)), link.nowNanos());
        link.echoUntil(120 * SECOND);
        for (long nanos = 0; nanos < 120 * SECOND; nanos += 100 * MILLI) {
            link.at(nanos, () -> keepBacklog(link));
        }
        return link;
    }

    private void keepBacklog(VirtualLink link) {
        while (link.queue.figures().waitingBytes().total() < 0.3 * link.bytesPerSecond()) {
            link.add(TransmitMessage.whole(nextId++, TransmitClass.PREFILL, 500_000));
        }
    }

    private static void late(VirtualLink link, double millis) {
        link.forthJitter(millis);
        link.backJitter(millis);
    }

    private static double shareOfTheWire(VirtualLink link, long endNanos) {
        long begin = link.nowNanos();
        long before =
                link.sent().stream().mapToLong(each -> each.frame().length()).sum();
        link.runUntil(endNanos);
        long after =
                link.sent().stream().mapToLong(each -> each.frame().length()).sum();
        return (after - before) / (link.bytesPerSecond() * (endNanos - begin) / 1e9);
    }
}
