package dev.molink.stagenode.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A link of known rate and delay, on virtual time. */
class LinkMeterTests {

    private static final long MILLI = 1_000_000L;
    private static final long ONE_WAY = 15 * MILLI;
    private static final long BYTES_PER_SECOND = 12_500_000;
    private static final Offset<Double> ONE_PERCENT = within(0.01 * BYTES_PER_SECOND);

    private final LinkMeter meter = new LinkMeter();
    private long wireFreeNanos;

    @Test
    void knowsNothingInTheBeginning() {
        assertThat(meter.rate()).isEqualTo(LinkRate.UNKNOWN);
    }

    @Test
    void takesTheDelayOffASingleTensor() {
        meter.roundTrip(2 * ONE_WAY, 0);

        send(1, 1 << 20, MILLI);

        assertThat((double) meter.rate().bytesPerSecond()).isCloseTo(BYTES_PER_SECOND, ONE_PERCENT);
        assertThat(meter.rate().oneWayNanos()).isEqualTo(ONE_WAY);
    }

    @Test
    void measuresTensorsThatQueueBehindEachOther() {
        meter.roundTrip(2 * ONE_WAY, 0);

        meter.departed(1, 1 << 20, MILLI);
        meter.departed(2, 1 << 20, MILLI);
        meter.departed(3, 1 << 20, MILLI);
        long first = answerNanos(MILLI, 1 << 20);
        long second = answerNanos(MILLI, 1 << 20);
        meter.acknowledged(1, first);
        meter.acknowledged(2, second);
        meter.acknowledged(3, answerNanos(MILLI, 1 << 20));

        assertThat((double) meter.rate().bytesPerSecond()).isCloseTo(BYTES_PER_SECOND, ONE_PERCENT);
    }

    @Test
    void smoothsWithAFifthOfEachSample() {
        meter.departed(1, 100_000, 0);
        meter.acknowledged(1, 100_000);
        meter.departed(2, 200_000, 1_000_000);
        meter.acknowledged(2, 1_100_000);

        assertThat(meter.rate().bytesPerSecond()).isEqualTo(1_200_000_000L);
    }

    @Test
    void takesSmallTensorsForTheDelayOnly() {
        meter.departed(1, LinkMeter.LEAST_SAMPLE_BYTES - 1, 0);
        meter.acknowledged(1, 4 * MILLI);

        assertThat(meter.rate()).isEqualTo(new LinkRate(0, 2 * MILLI));
    }

    @Test
    void forgetsAShortRoundTripAfterAWhile() {
        meter.roundTrip(2 * MILLI, 0);
        for (int second = 1; second <= 25; second++) {
            meter.roundTrip(40 * MILLI, second * 1000L * MILLI);
        }

        assertThat(meter.rate().oneWayNanos()).isEqualTo(20 * MILLI);
    }

    @Test
    void ignoresAnswersToWhatNeverDeparted() {
        meter.acknowledged(7, MILLI);

        assertThat(meter.rate()).isEqualTo(LinkRate.UNKNOWN);
    }

    private void send(long stepId, long bytes, long nanos) {
        meter.departed(stepId, bytes, nanos);
        meter.acknowledged(stepId, answerNanos(nanos, bytes));
    }

    private long answerNanos(long departure, long bytes) {
        wireFreeNanos = Math.max(wireFreeNanos, departure) + bytes * 1_000_000_000L / BYTES_PER_SECOND;
        return wireFreeNanos + 2 * ONE_WAY;
    }
}
