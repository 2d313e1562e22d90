package dev.molink.stagenode.transmit;

import static dev.molink.stagenode.transmit.TransmitClass.CONTROL;
import static dev.molink.stagenode.transmit.TransmitClass.DECODE;
import static dev.molink.stagenode.transmit.TransmitClass.PREFILL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitDecision.Send;
import dev.molink.stagenode.transmit.TransmitDecision.Wait;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Orders and sizes of our own rule, computed by hand. */
class FairRuleTests {

    private static final long SECOND = 1_000_000_000;

    /** The frame before anything is measured. */
    private static final int FRAME = 16 << 10;

    private final TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);

    @Test
    void sendsControlThenDecodeThenPrefill() {
        queue.add(1, PREFILL, 30, 0);
        queue.add(2, DECODE, 20, 0);
        queue.add(3, DECODE, 25, 0);
        queue.add(4, CONTROL, 10, 0);

        assertThat(drain(0))
                .containsExactly(
                        new Send(4, CONTROL, 0, 10),
                        new Send(2, DECODE, 0, 20),
                        new Send(3, DECODE, 0, 25),
                        new Send(1, PREFILL, 0, 30));
    }

    @Test
    void letsDecodeInAfterTheFrameThatGoes() {
        queue.add(1, PREFILL, 3 * FRAME, 0);
        queue.next(0, true, true);
        queue.add(2, DECODE, 20, 0);

        assertThat(drain(0))
                .containsExactly(
                        new Send(2, DECODE, 0, 20),
                        new Send(1, PREFILL, FRAME, FRAME),
                        new Send(1, PREFILL, 2L * FRAME, FRAME));
    }

    @Test
    void givesPrefillAFrameForEveryThreeOfDecode() {
        queue.add(1, PREFILL, 3 * FRAME, 0);
        queue.add(2, DECODE, 12 * FRAME, 0);

        String kinds = kinds(drain(0));

        assertThat(kinds).isEqualTo("DDDPDDDPDDDPDDD");
    }

    @Test
    void countsControlWithDecodeForTheFloor() {
        queue.add(1, PREFILL, 2 * FRAME, 0);
        queue.add(2, CONTROL, FRAME, 0);
        queue.add(3, DECODE, 6 * FRAME, 0);

        assertThat(kinds(drain(0))).isEqualTo("CDDPDDDPD");
    }

    @Test
    void doesNotOweWhatPrefillCouldNotHaveTaken() {
        queue.add(1, PREFILL, 2 * FRAME, 0, 0);
        queue.add(2, DECODE, 12 * FRAME, 0);
        for (int frame = 0; frame < 6; frame++) {
            queue.next(0, true, true);
        }
        queue.extend(1, 2 * FRAME, 0);

        assertThat(kinds(drain(0))).isEqualTo("DDDPDDDP");
    }

    @Test
    void sendsPrefillWhereTheDecodeConnectionTakesNothing() {
        queue.add(1, PREFILL, 30, 0);
        queue.add(2, DECODE, 20, 0);

        assertThat(queue.next(0, false, true)).isEqualTo(new Send(1, PREFILL, 0, 30));
        assertThat(queue.next(0, false, true)).isEqualTo(Wait.FOR_AN_EVENT);
    }

    @Test
    void startsWithAWindowOf256KiB() {
        queue.add(1, PREFILL, 100 * FRAME, 0);

        assertThat(drain(0)).hasSize(17).allMatch(frame -> frame.length() == FRAME);
    }

    /** 10 MB a second, so that 2 ms are 20,000 bytes, and 30 ms there and back. */
    @Nested
    class OfAMeasuredLink {

        private static final int FRAME_BYTES = 20_000;
        private static final int WINDOW_BYTES = 300_000;

        private OfAMeasuredLink() {
            queue.roundTrip(30_000_000, 0);
            queue.add(99, PREFILL, 2_000_000, 0);
            long received = 0;
            for (List<Send> sent = drain(0); !sent.isEmpty(); sent = drain(received * 100)) {
                for (Send frame : sent) {
                    received += frame.length();
                    // The echo's round trip stays the shortest.
                    queue.acknowledged(99, received, received * 100, received * 100 + SECOND);
                }
            }
            assertThat(queue.rate().bytesPerSecond()).isEqualTo(10_000_000);
        }

        @Test
        void sendsFramesOfTwoMillis() {
            queue.add(1, DECODE, 50_000, SECOND);
            queue.add(2, PREFILL, 50_000, SECOND);

            assertThat(drain(SECOND))
                    .containsExactly(
                            new Send(1, DECODE, 0, FRAME_BYTES),
                            new Send(1, DECODE, 20_000, FRAME_BYTES),
                            new Send(1, DECODE, 40_000, 10_000),
                            new Send(2, PREFILL, 0, FRAME_BYTES),
                            new Send(2, PREFILL, 20_000, FRAME_BYTES),
                            new Send(2, PREFILL, 40_000, 10_000));
        }

        @Test
        void hasRateTimesRoundTripAndAFrameUnderWay() {
            queue.add(1, PREFILL, 1_000_000, SECOND);

            long bytes = drain(SECOND).stream().mapToLong(Send::length).sum();
            queue.acknowledged(1, 50_000, SECOND, SECOND + 40_000_000);
            long more =
                    drain(SECOND + 40_000_000).stream().mapToLong(Send::length).sum();

            assertThat(bytes).isEqualTo(WINDOW_BYTES + FRAME_BYTES);
            // The rest of the room is less than the shortest frame.
            assertThat(more).isEqualTo(40_000);
            assertThat(queue.figures().windowBytes()).isEqualTo(WINDOW_BYTES);
            assertThat(queue.figures().frameBytes()).isEqualTo(FRAME_BYTES);
        }

        @Test
        void sendsTwoFramesInARowHoweverSlowTheLinkSeems() {
            TransmitQueue slow = new TransmitQueue(TransmitPolicy.FAIR);
            slow.assume(new LinkRate(200_000, 15_000_000), 0);
            slow.add(1, PREFILL, 1_000_000, SECOND);

            List<Integer> lengths = new ArrayList<>();
            while (slow.next(SECOND, true, true) instanceof Send send) {
                lengths.add(send.length());
            }

            // 200 kB/s × 30 ms, and a frame of 16 KiB.
            assertThat(lengths).hasSize(2).allMatch(length -> length >= 4096);
            assertThat(lengths.stream().mapToInt(Integer::intValue).sum()).isLessThanOrEqualTo(6000 + 16384);
        }

        @Test
        void takesLostBytesForGone() {
            queue.add(1, PREFILL, 1_000_000, SECOND);
            drain(SECOND);
            queue.repeat(1, PREFILL, 0, 20_000, SECOND);

            assertThat(drain(SECOND)).containsExactly(new Send(1, PREFILL, 0, 20_000));
        }
    }

    @Nested
    class AmongPrefills {

        @Test
        void sendsTheOneWithTheFewestBytesLeftFirst() {
            queue.add(1, PREFILL, 4 * FRAME, 0);
            queue.add(2, PREFILL, 2 * FRAME, 0);
            queue.next(0, true, true);
            // One frame of the second is left, and so it stays in front of the third.
            queue.add(3, PREFILL, FRAME + 1, 0);

            assertThat(ids(drain(0))).isEqualTo("2 3 3 1 1 1 1");
        }

        @Test
        void letsAShorterOneInBetween() {
            queue.add(1, PREFILL, 4 * FRAME, 0);
            queue.next(0, true, true);
            queue.add(2, PREFILL, FRAME, 0);

            assertThat(ids(drain(0))).isEqualTo("2 1 1 1");
        }

        @Test
        void sendsTheOldestFirstAfterTwoSeconds() {
            queue.add(1, PREFILL, 4 * FRAME, 0);
            queue.add(2, PREFILL, 3 * FRAME, SECOND);
            queue.add(3, PREFILL, FRAME, SECOND);

            assertThat(queue.next(2 * SECOND - 1, true, true)).isEqualTo(new Send(3, PREFILL, 0, FRAME));
            assertThat(ids(drain(2 * SECOND))).isEqualTo("1 1 1 1 2 2 2");
        }

        @Test
        void keepsPiecesOfOnePromptInOrder() {
            queue.add(new TransmitMessage(1, PREFILL, 3 * FRAME, 3 * FRAME, 7, FRAME), 0);
            queue.add(new TransmitMessage(2, PREFILL, FRAME, FRAME, 7, 0), 0);

            assertThat(ids(drain(0))).isEqualTo("1 1 1 2");
        }

        @Test
        void countsWhatAPromptWillAddLater() {
            queue.add(new TransmitMessage(1, PREFILL, FRAME, FRAME, 7, 3 * FRAME), 0);
            queue.add(2, PREFILL, 3 * FRAME, 0);

            assertThat(ids(drain(0))).isEqualTo("2 2 2 1");
        }

        @Test
        void passesOverAPromptWhoseNextBytesAreNotThere() {
            queue.add(1, PREFILL, 2 * FRAME, FRAME, 0);
            queue.add(2, PREFILL, 3 * FRAME, 0);

            List<Send> before = drain(0);
            queue.extend(1, 2 * FRAME, 0);

            assertThat(ids(before)).isEqualTo("1 2 2 2");
            assertThat(ids(drain(0))).isEqualTo("1");
        }
    }

    private List<Send> drain(long nowNanos) {
        return TransmitQueueTests.drain(queue, nowNanos);
    }

    private static String kinds(List<Send> frames) {
        List<String> kinds = new ArrayList<>();
        frames.forEach(frame -> kinds.add(frame.kind().name().substring(0, 1)));
        return String.join("", kinds);
    }

    private static String ids(List<Send> frames) {
        List<String> ids = new ArrayList<>();
        frames.forEach(frame -> ids.add(Long.toString(frame.id())));
        return String.join(" ", ids);
    }
}
