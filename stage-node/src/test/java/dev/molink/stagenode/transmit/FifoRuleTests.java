package dev.molink.stagenode.transmit;

import static dev.molink.stagenode.transmit.TransmitClass.CONTROL;
import static dev.molink.stagenode.transmit.TransmitClass.DECODE;
import static dev.molink.stagenode.transmit.TransmitClass.PREFILL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.transmit.TransmitDecision.Send;
import dev.molink.stagenode.transmit.TransmitDecision.Wait;
import org.junit.jupiter.api.Test;

class FifoRuleTests {

    private static final int FRAME = TransmitQueue.WHOLE_FRAME_BYTES;

    private final TransmitQueue queue = new TransmitQueue(TransmitPolicy.FIFO);

    @Test
    void sendsWholeMessagesInOrderControlIncluded() {
        queue.add(1, PREFILL, 2 * FRAME + 5, 0);
        queue.add(2, DECODE, 20, 0);
        queue.add(3, CONTROL, 10, 0);
        queue.add(4, PREFILL, 30, 0);

        assertThat(TransmitQueueTests.drain(queue, 0))
                .containsExactly(
                        new Send(1, PREFILL, 0, FRAME),
                        new Send(1, PREFILL, FRAME, FRAME),
                        new Send(1, PREFILL, 2L * FRAME, 5),
                        new Send(2, DECODE, 0, 20),
                        new Send(3, CONTROL, 0, 10),
                        new Send(4, PREFILL, 0, 30));
    }

    @Test
    void waitsForTheConnectionOfTheFirstMessage() {
        queue.add(1, PREFILL, 10, 0);
        queue.add(2, DECODE, 20, 0);

        assertThat(queue.next(0, true, false)).isEqualTo(Wait.FOR_AN_EVENT);
        assertThat(queue.next(0, true, true)).isEqualTo(new Send(1, PREFILL, 0, 10));
    }

    @Test
    void holdsUpAllBehindAMessageThatGrows() {
        queue.add(1, PREFILL, 100, 40, 0);
        queue.add(2, DECODE, 20, 0);

        assertThat(TransmitQueueTests.drain(queue, 0)).containsExactly(new Send(1, PREFILL, 0, 40));
        queue.extend(1, 100, 0);
        assertThat(TransmitQueueTests.drain(queue, 0))
                .containsExactly(new Send(1, PREFILL, 40, 60), new Send(2, DECODE, 0, 20));
    }
}
