package dev.molink.stagenode.transmit;

import static dev.molink.stagenode.transmit.TransmitClass.CONTROL;
import static dev.molink.stagenode.transmit.TransmitClass.DECODE;
import static dev.molink.stagenode.transmit.TransmitClass.PREFILL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.transmit.TransmitDecision.Send;
import org.junit.jupiter.api.Test;

class ConcurrentRuleTests {

    private static final int FRAME = ConcurrentRule.FRAME_BYTES;

    private final TransmitQueue queue = new TransmitQueue(TransmitPolicy.CONCURRENT);

    @Test
    void takesAFrameOfEachMessageInTurn() {
        queue.add(1, PREFILL, 3 * FRAME, 0);
        queue.add(2, DECODE, FRAME + 1, 0);
        queue.add(3, PREFILL, 2 * FRAME, 0);

        assertThat(TransmitQueueTests.drain(queue, 0))
                .containsExactly(
                        new Send(1, PREFILL, 0, FRAME),
                        new Send(2, DECODE, 0, FRAME),
                        new Send(3, PREFILL, 0, FRAME),
                        new Send(1, PREFILL, FRAME, FRAME),
                        new Send(2, DECODE, FRAME, 1),
                        new Send(3, PREFILL, FRAME, FRAME),
                        new Send(1, PREFILL, 2L * FRAME, FRAME));
    }

    @Test
    void putsANewMessageBehindThoseThatWait() {
        queue.add(1, PREFILL, 3 * FRAME, 0);
        queue.add(2, PREFILL, 3 * FRAME, 0);
        queue.next(0, true, true);
        queue.add(3, DECODE, 10, 0);

        assertThat(TransmitQueueTests.drain(queue, 0))
                .startsWith(
                        new Send(2, PREFILL, 0, FRAME), new Send(1, PREFILL, FRAME, FRAME), new Send(3, DECODE, 0, 10));
    }

    @Test
    void leavesTheTurnToTheOthersWhereAConnectionTakesNothing() {
        queue.add(1, PREFILL, 2 * FRAME, 0);
        queue.add(2, DECODE, 10, 0);
        queue.add(3, DECODE, 20, 0);

        assertThat(queue.next(0, true, false)).isEqualTo(new Send(2, DECODE, 0, 10));
        assertThat(queue.next(0, true, true)).isEqualTo(new Send(1, PREFILL, 0, FRAME));
        assertThat(queue.next(0, true, true)).isEqualTo(new Send(3, DECODE, 0, 20));
    }

    @Test
    void leavesTheTurnToTheOthersWhereAMessageHasNothing() {
        queue.add(1, PREFILL, 2 * FRAME, 10, 0);
        queue.add(2, PREFILL, 2 * FRAME, 0);

        assertThat(queue.next(0, true, true)).isEqualTo(new Send(1, PREFILL, 0, 10));
        assertThat(queue.next(0, true, true)).isEqualTo(new Send(2, PREFILL, 0, FRAME));
        queue.extend(1, 50, 0);
        assertThat(queue.next(0, true, true)).isEqualTo(new Send(2, PREFILL, FRAME, FRAME));
        assertThat(queue.next(0, true, true)).isEqualTo(new Send(1, PREFILL, 10, 40));
    }

    @Test
    void keepsControlInOrder() {
        queue.add(1, CONTROL, FRAME + 1, 0);
        queue.add(2, CONTROL, 10, 0);
        queue.add(3, DECODE, 20, 0);
        queue.add(4, CONTROL, 30, 0);

        assertThat(TransmitQueueTests.drain(queue, 0))
                .containsExactly(
                        new Send(1, CONTROL, 0, FRAME),
                        new Send(3, DECODE, 0, 20),
                        new Send(1, CONTROL, FRAME, 1),
                        new Send(2, CONTROL, 0, 10),
                        new Send(4, CONTROL, 0, 30));
    }

    @Test
    void goesOnWithControlWhenTheFirstOneIsDropped() {
        queue.add(1, CONTROL, FRAME + 1, 0);
        queue.add(2, CONTROL, 10, 0);
        queue.next(0, true, true);

        queue.drop(1);

        assertThat(TransmitQueueTests.drain(queue, 0)).containsExactly(new Send(2, CONTROL, 0, 10));
    }
}
