package dev.molink.stagenode.transmit;

import static dev.molink.stagenode.transmit.TransmitClass.CONTROL;
import static dev.molink.stagenode.transmit.TransmitClass.DECODE;
import static dev.molink.stagenode.transmit.TransmitClass.PREFILL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.transmit.TransmitDecision.Send;
import dev.molink.stagenode.transmit.TransmitDecision.Wait;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The order and the sizes of MoLink's rule, computed by hand. */
class MolinkRuleTests {

    private static final long MILLI = 1_000_000;
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    private final TransmitQueue queue = new TransmitQueue(TransmitPolicy.MOLINK);

    @Test
    void sendsDecodeThirtyTimesAndThenOneChunk() {
        queue.add(1, PREFILL, 100, 0);
        for (int id = 100; id < 140; id++) {
            queue.add(id, DECODE, 10, 0);
        }

        List<Send> sent = drain(0);

        assertThat(sent).hasSize(41);
        assertThat(sent.subList(0, 30)).allMatch(frame -> frame.kind() == DECODE);
        assertThat(sent.get(30)).isEqualTo(new Send(1, PREFILL, 0, 100));
        assertThat(sent.subList(31, 41)).allMatch(frame -> frame.kind() == DECODE);
    }

    @Test
    void startsTheWeightAgainAfterAChunk() {
        queue.add(1, PREFILL, 3 * MIB, 0);
        for (int id = 100; id < 170; id++) {
            queue.add(id, DECODE, 10, 0);
        }

        List<Send> sent = drain(0);

        // 2 MiB go as 32 frames and the last MiB as 16.
        assertThat(kinds(sent)).isEqualTo("D30 P32 D30 P16 D10");
    }

    @Test
    void doesNotCountDecodeThatGoesAlone() {
        for (int id = 100; id < 140; id++) {
            queue.add(id, DECODE, 10, 0);
        }
        drain(0);

        queue.add(1, PREFILL, 100, 0);
        queue.add(200, DECODE, 10, 0);

        assertThat(kinds(drain(0))).isEqualTo("D1 P1");
    }

    @Test
    void sendsUnfinishedPrefillsInTurn() {
        queue.add(1, PREFILL, 5 * MIB, 0);
        queue.add(2, PREFILL, 3 * MIB, 0);

        List<Send> sent = drain(0);

        assertThat(chunks(sent)).containsExactly("1:2048", "2:2048", "1:2048", "2:1024", "1:1024");
    }

    @Test
    void sendsABatchOfBothKindsAsOneDecodeMessage() {
        queue.add(1, PREFILL, MIB, 0);
        queue.add(2, DECODE, 3 * MIB, 0);

        assertThat(chunks(drain(0))).containsExactly("2:3072", "1:1024");
    }

    @Test
    void sendsControlBetweenTwoFramesOfAChunk() {
        queue.add(1, PREFILL, 2 * MIB, 0);
        queue.next(0, true, true);
        queue.add(2, DECODE, 10, 0);
        queue.add(3, CONTROL, 10, 0);

        assertThat(kinds(drain(0))).isEqualTo("C1 P31 D1");
    }

    @Test
    void waitsOnlyForTheConnectionOfAUnitThatBegan() {
        queue.add(1, PREFILL, MIB, 0);
        queue.next(0, true, true);
        queue.add(2, DECODE, 10, 0);

        assertThat(queue.next(0, true, false)).isEqualTo(Wait.FOR_AN_EVENT);
        assertThat(kinds(drain(0))).isEqualTo("P15 D1");
    }

    @Test
    void sendsThePartOfAGrowingMessageThatIsThere() {
        queue.add(1, PREFILL, 3 * MIB, MIB, 0);
        queue.add(2, PREFILL, MIB, 0);

        List<Send> before = drain(0);
        queue.extend(1, 3 * MIB, 0);

        assertThat(chunks(before)).containsExactly("1:1024", "2:1024");
        assertThat(drain(0)).first().isEqualTo(new Send(1, PREFILL, MIB, 64 * KIB));
    }

    /** On a link of 1,000,000,000 bytes a second, so that a chunk has 0.9 MB for each ms. */
    @Nested
    class ChunkSizes {

        private static final long BYTES_PER_MILLI = 900_000;

        private long nextId = 1000;

        @Test
        void areTwoMebibytesWithoutARate() {
            decode(10 * MILLI, 15 * MILLI);
            decode(20 * MILLI, 25 * MILLI);

            assertThat(chunkAt(26 * MILLI)).isEqualTo(2 * MIB);
        }

        @Test
        void areTwoMebibytesWithoutADecodeStep() {
            learnRate();

            assertThat(chunkAt(26 * MILLI)).isEqualTo(2 * MIB);
        }

        @Test
        void areTwoMebibytesAfterOneDecodeStepWithoutAGap() {
            learnRate();
            decode(100 * MILLI, 105 * MILLI);

            assertThat(chunkAt(106 * MILLI)).isEqualTo(2 * MIB);
        }

        @Test
        void fillTheDecodeDurationWhereAStepIsJustStarting() {
            learnRate();
            decode(100 * MILLI, 105 * MILLI);
            queue.decodeBegan(110 * MILLI);

            // T_a = 5 ms, for 2 ms from the beginning on.
            assertThat(chunkAt(110 * MILLI)).isEqualTo(5 * BYTES_PER_MILLI);
            assertThat(chunkAt(112 * MILLI)).isEqualTo(5 * BYTES_PER_MILLI);
        }

        @Test
        void fillWhatIsLeftOfARunningStep() {
            learnRate();
            decode(100 * MILLI, 105 * MILLI);
            queue.decodeBegan(110 * MILLI);

            // T_a = t_f - t_c = 115 - 112.5 ms.
            assertThat(chunkAt(112 * MILLI + MILLI / 2)).isEqualTo(2_250_000);
        }

        @Test
        void areTheLeastWhereAStepRunsLongerThanTheOneBefore() {
            learnRate();
            decode(100 * MILLI, 105 * MILLI);
            queue.decodeBegan(110 * MILLI);

            // T_a has its floor of 0.1 ms: 90,000 bytes, below 256 KiB.
            assertThat(chunkAt(150 * MILLI)).isEqualTo(256 * KIB);
        }

        @Test
        void reachTheNextDecodeStepBetweenTwo() {
            learnRate();
            queue.add(nextId++, DECODE, 500_000, 90 * MILLI);
            drain(90 * MILLI);
            decode(100 * MILLI, 102 * MILLI);
            decode(103 * MILLI, 105 * MILLI);

            // T_a = t_p + g + T_o + T_m - t_c = 105 + 3 + 2 + 0.5 - 106 ms.
            assertThat(chunkAt(106 * MILLI)).isEqualTo(4_050_000);
        }

        @Test
        void followTheGapBetweenDecodeStepsWithAFifth() {
            learnRate();
            decode(100 * MILLI, 101 * MILLI);
            decode(102 * MILLI, 103 * MILLI);
            decode(109 * MILLI, 110 * MILLI);

            // g = 2 + 0.2 * (7 - 2) = 3 ms; T_a = 110 + 3 + 1 - 110 ms.
            assertThat(chunkAt(110 * MILLI)).isEqualTo(4 * BYTES_PER_MILLI);
        }

        @Test
        void areEightMebibytesAtMost() {
            learnRate();
            decode(100 * MILLI, 200 * MILLI);
            queue.decodeBegan(210 * MILLI);

            assertThat(chunkAt(210 * MILLI)).isEqualTo(8 * MIB);
        }

        @Test
        void areNoLongerThanWhatIsLeft() {
            learnRate();
            decode(100 * MILLI, 105 * MILLI);
            queue.decodeBegan(110 * MILLI);
            queue.add(1, PREFILL, 100, 110 * MILLI);

            assertThat(drain(110 * MILLI)).containsExactly(new Send(1, PREFILL, 0, 100));
        }

        /** Two frames of 64 KiB and more, whose arrivals are 1 ns a byte apart. */
        private void learnRate() {
            queue.add(1, PREFILL, MIB, 0);
            long received = 0;
            for (Send frame : drain(0)) {
                received += frame.length();
                queue.acknowledged(1, received, received, received);
            }
            assertThat(queue.rate().bytesPerSecond()).isEqualTo(1_000_000_000);
        }

        private void decode(long beganNanos, long endedNanos) {
            queue.decodeBegan(beganNanos);
            queue.decodeEnded(endedNanos);
        }

        /** Bytes of a large message that go before the next one has its turn. */
        private long chunkAt(long nowNanos) {
            long first = nextId++;
            long second = nextId++;
            queue.add(first, PREFILL, 64 * MIB, nowNanos);
            queue.add(second, PREFILL, 64 * MIB, nowNanos);
            long bytes = 0;
            TransmitDecision decision = queue.next(nowNanos, true, true);
            while (decision instanceof Send frame && frame.id() == first) {
                bytes += frame.length();
                decision = queue.next(nowNanos, true, true);
            }
            queue.drop(first);
            queue.drop(second);
            return bytes;
        }
    }

    private List<Send> drain(long nowNanos) {
        return TransmitQueueTests.drain(queue, nowNanos);
    }

    /** Runs of frames of one kind: {@code D30 P8}. */
    private static String kinds(List<Send> frames) {
        List<String> runs = new ArrayList<>();
        int first = 0;
        for (int index = 1; index <= frames.size(); index++) {
            if (index == frames.size()
                    || frames.get(index).kind() != frames.get(first).kind()) {
                runs.add(frames.get(first).kind().name().substring(0, 1) + (index - first));
                first = index;
            }
        }
        return String.join(" ", runs);
    }

    /** Runs of frames of one message with their KiB: {@code 1:2048}. */
    private static List<String> chunks(List<Send> frames) {
        List<String> runs = new ArrayList<>();
        long bytes = 0;
        for (int index = 0; index < frames.size(); index++) {
            bytes += frames.get(index).length();
            if (index == frames.size() - 1
                    || frames.get(index + 1).id() != frames.get(index).id()) {
                runs.add("%d:%d".formatted(frames.get(index).id(), bytes / KIB));
                bytes = 0;
            }
        }
        return runs;
    }
}
