package dev.molink.stagenode.transmit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Links of known rate and delay on virtual time. */
class LinkEstimatorTests {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private long nextId = 1;

    @ParameterizedTest
    @CsvSource({
        "20, 0, 0", "20, 15, 0", "20, 100, 0", "20, 15, 20",
        "100, 0, 0", "100, 15, 0", "100, 100, 0", "100, 15, 20",
        "1000, 0, 0", "1000, 15, 0", "1000, 100, 0", "1000, 15, 20"
    })
    void knowsRateAndDelayAfterASecondOfTraffic(double megabits, double delayMillis, double backJitterMillis) {
        for (TransmitPolicy policy : TransmitPolicy.values()) {
            VirtualLink link = new VirtualLink(new TransmitQueue(policy), megabits, delayMillis, 1, 1);
            link.backJitter(backJitterMillis);
            link.echoUntil(SECOND);
            load(link, 0, SECOND, 2);

            link.runUntil(SECOND + Math.round(2 * delayMillis * MILLI));

            LinkRate rate = link.queue.rate();
            assertThat(rate.bytesPerSecond() / link.bytesPerSecond())
                    .as("%s: rate", policy)
                    .isCloseTo(1, within(0.03));
            // The shortest of the jittered ways back is seldom the shortest possible.
            assertThat((double) rate.oneWayNanos())
                    .as("%s: delay", policy)
                    .isCloseTo(
                            delayMillis * MILLI,
                            within(0.03 * delayMillis * MILLI + 0.1 * backJitterMillis * MILLI + 1000));
        }
    }

    @Test
    void beginsWithWhatWasMeasuredBefore() {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);

        queue.assume(new LinkRate(12_500_000, 15 * MILLI), -7);

        assertThat(queue.rate()).isEqualTo(new LinkRate(12_500_000, 15 * MILLI));
        assertThat(queue.figures().frameBytes()).as("2 ms of it").isEqualTo(25_000);
        assertThat(queue.figures().windowBytes()).as("30 ms of it").isEqualTo(375_000);
    }

    @Test
    void staysUnknownWhereNothingWasMeasured() {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);

        queue.assume(LinkRate.UNKNOWN, -7);

        assertThat(queue.rate()).isEqualTo(LinkRate.UNKNOWN);
    }

    @Test
    void correctsWhatWasMeasuredWrongly() {
        VirtualLink link = new VirtualLink(new TransmitQueue(TransmitPolicy.FAIR), 100, 15, 1, 1);
        link.queue.assume(new LinkRate(100_000_000, 2 * MILLI), 0);
        load(link, 0, 30 * SECOND, 0.5);

        link.runUntil(30 * SECOND);

        assertThat(link.queue.rate().bytesPerSecond() / link.bytesPerSecond()).isCloseTo(1, within(0.03));
        assertThat((double) link.queue.rate().oneWayNanos()).isCloseTo(15 * MILLI, within(0.1 * 15 * MILLI));
    }

    /** Tokens one by one, each late by a busy machine, look like a link as slow as they are few. */
    @Test
    void isNotLoweredByASenderThatHasLittleToSay() {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);
        queue.assume(new LinkRate(125_000_000, MILLI / 10), 0);
        Random random = new Random(3);

        for (long id = 1; id <= 20_000; id++) {
            long now = id * 2 * MILLI;
            queue.add(id, TransmitClass.DECODE, 2_000, now);
            TransmitDecision decision = queue.next(now, true, true);
            while (decision instanceof TransmitDecision.Send) {
                decision = queue.next(now, true, true);
            }
            long arrived = now + MILLI / 10 + random.nextLong(3 * MILLI / 2);
            queue.acknowledged(id, 2_000, arrived, arrived + MILLI / 10);
        }

        assertThat(queue.rate().bytesPerSecond()).isGreaterThanOrEqualTo(125_000_000);
    }

    /** With room for one frame alone, arrivals would say no more than when it was sent. */
    @ParameterizedTest
    @CsvSource({"40, 15, 200000", "40, 15, 2000", "1000, 15, 500000", "20, 100, 20000", "100, 1, 100000"})
    void doesNotBelieveARateForEverThatIsTooLow(double megabits, long delayMillis, long believedBytesPerSecond) {
        VirtualLink link = new VirtualLink(new TransmitQueue(TransmitPolicy.FAIR), megabits, delayMillis, 1, 1);
        link.queue.assume(new LinkRate(believedBytesPerSecond, delayMillis * MILLI), 0);
        load(link, 0, 30 * SECOND, 0.5);

        link.runUntil(30 * SECOND);

        assertThat(link.queue.rate().bytesPerSecond() / link.bytesPerSecond()).isCloseTo(1, within(0.03));
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void followsAStepOfTheRateDownAndUp(TransmitPolicy policy) {
        VirtualLink link = new VirtualLink(new TransmitQueue(policy), 200, 15, 1, 1);
        link.echoUntil(12 * SECOND);
        load(link, 0, 12 * SECOND, 0.5);

        link.runUntil(4 * SECOND);
        link.rate(50);
        link.runUntil(8 * SECOND);
        double afterDown = link.queue.rate().bytesPerSecond() / link.bytesPerSecond();
        link.rate(200);
        link.runUntil(20 * SECOND);
        double afterUp = link.queue.rate().bytesPerSecond() / link.bytesPerSecond();

        assertThat(afterDown).isCloseTo(1, within(0.03));
        assertThat(afterUp).isCloseTo(1, within(0.03));
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void doesNotTakeAStarvedSenderForASlowLink(TransmitPolicy policy) {
        VirtualLink link = new VirtualLink(new TransmitQueue(policy), 100, 15, 1, 1);
        link.echoUntil(10 * SECOND);
        load(link, 0, SECOND, 1);
        for (long nanos = 2 * SECOND; nanos < 10 * SECOND; nanos += 20 * MILLI) {
            link.at(nanos, () -> link.add(TransmitMessage.whole(nextId++, TransmitClass.DECODE, 20_000)));
        }

        link.run();

        assertThat(link.queue.rate().bytesPerSecond() / link.bytesPerSecond()).isCloseTo(1, within(0.03));
    }

    /** As the scheduler does, which lets so many pieces be under way and then waits for one to be through. */
    @ParameterizedTest
    @CsvSource({"1000, 15, 0", "10000, 13, 0", "1000, 15, 5", "100, 20, 15"})
    void seesALinkBecomeSlowBehindASenderThatRunsOut(double before, double after, double delayMillis) {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);
        VirtualLink link = new VirtualLink(queue, before, delayMillis, 1 << 30, 1);
        link.echoUntil(20 * SECOND);
        for (long nanos = 0; nanos < 20 * SECOND; nanos += MILLI) {
            link.at(nanos, () -> fill(link, 6 * 32_768));
        }
        link.runUntil(5 * SECOND);

        link.rate(after);
        link.runUntil(20 * SECOND);

        assertThat(queue.rate().bytesPerSecond() / link.bytesPerSecond()).isCloseTo(1, within(0.1));
    }

    private void fill(VirtualLink link, long bytes) {
        TransmitFigures figures = link.queue.figures();
        long there =
                figures.waitingBytes().total() + figures.unacknowledgedBytes().total();
        for (long all = there; all + 32_768 <= bytes; all += 32_768) {
            link.add(TransmitMessage.whole(nextId++, TransmitClass.PREFILL, 32_768));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5", "2", "5"})
    void doesNotSinkUnderJitterOfTheWayForth(double jitterMillis) {
        VirtualLink link = new VirtualLink(new TransmitQueue(TransmitPolicy.FAIR), 100, 15, 1, 1);
        link.forthJitter(jitterMillis);
        link.backJitter(jitterMillis);
        link.echoUntil(30 * SECOND);
        load(link, 0, 20 * SECOND, 2);

        link.runUntil(20 * SECOND);

        assertThat(link.queue.rate().bytesPerSecond() / link.bytesPerSecond()).isCloseTo(1, within(0.1));
    }

    /** Prefill messages of 1 MB and decode messages of 20 kB that load the link so much, half each. */
    private void load(VirtualLink link, long beginNanos, long endNanos, double load) {
        double prefillNanos = 1e6 / (load / 2 * link.bytesPerSecond()) * 1e9;
        double decodeNanos = 20e3 / (load / 2 * link.bytesPerSecond()) * 1e9;
        for (double nanos = beginNanos; nanos < endNanos; nanos += prefillNanos) {
            link.at(
                    Math.round(nanos),
                    () -> link.add(TransmitMessage.whole(nextId++, TransmitClass.PREFILL, 1_000_000)));
        }
        for (double nanos = beginNanos; nanos < endNanos; nanos += decodeNanos) {
            link.at(Math.round(nanos), () -> link.add(TransmitMessage.whole(nextId++, TransmitClass.DECODE, 20_000)));
        }
    }
}
