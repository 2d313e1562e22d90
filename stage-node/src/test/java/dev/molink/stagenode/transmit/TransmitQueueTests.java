package dev.molink.stagenode.transmit;

import static dev.molink.stagenode.transmit.TransmitClass.CONTROL;
import static dev.molink.stagenode.transmit.TransmitClass.DECODE;
import static dev.molink.stagenode.transmit.TransmitClass.PREFILL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.transmit.TransmitDecision.Send;
import dev.molink.stagenode.transmit.TransmitDecision.Wait;
import dev.molink.stagenode.transmit.TransmitFigures.PerClass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What all policies have in common. */
class TransmitQueueTests {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    /** All that goes now. */
    static List<Send> drain(TransmitQueue queue, long nowNanos) {
        List<Send> sent = new ArrayList<>();
        while (queue.next(nowNanos, true, true) instanceof Send frame) {
            sent.add(frame);
        }
        return sent;
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void waitsForAnEventWithNothingToSend(TransmitPolicy policy) {
        TransmitQueue queue = new TransmitQueue(policy);

        assertThat(queue.next(0, true, true)).isEqualTo(Wait.FOR_AN_EVENT);
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void sendsOverWritableConnectionsOnly(TransmitPolicy policy) {
        TransmitQueue decodes = new TransmitQueue(policy);
        decodes.add(1, DECODE, 10, 0);
        TransmitQueue prefills = new TransmitQueue(policy);
        prefills.add(2, PREFILL, 10, 0);

        assertThat(decodes.next(0, false, true)).isEqualTo(Wait.FOR_AN_EVENT);
        assertThat(prefills.next(0, true, false)).isEqualTo(Wait.FOR_AN_EVENT);
        assertThat(decodes.next(0, true, false)).isEqualTo(new Send(1, DECODE, 0, 10));
        assertThat(prefills.next(0, false, true)).isEqualTo(new Send(2, PREFILL, 0, 10));
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void sendsAGrowingMessageAsFarAsItIsThere(TransmitPolicy policy) {
        TransmitQueue queue = new TransmitQueue(policy);
        queue.add(1, PREFILL, 100, 0, 0);

        List<Send> first = drain(queue, 0);
        queue.extend(1, 30, 0);
        List<Send> second = drain(queue, 0);
        queue.extend(1, 20, 0);
        List<Send> third = drain(queue, 0);
        queue.extend(1, 100, 0);
        List<Send> fourth = drain(queue, 0);

        assertThat(first).isEmpty();
        assertThat(second).containsExactly(new Send(1, PREFILL, 0, 30));
        assertThat(third).isEmpty();
        assertThat(fourth).containsExactly(new Send(1, PREFILL, 30, 70));
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void repeatsLostBytesBeforeTheRestOfTheirClass(TransmitPolicy policy) {
        for (TransmitClass kind : TransmitClass.values()) {
            TransmitQueue queue = new TransmitQueue(policy);
            queue.add(1, kind, 100, 0);
            drain(queue, 0);
            queue.add(2, kind, 50, 0);
            queue.repeat(1, kind, 20, 30, 0);
            queue.repeat(1, kind, 70, 10, 0);

            assertThat(drain(queue, 0))
                    .containsExactly(new Send(1, kind, 20, 30), new Send(1, kind, 70, 10), new Send(2, kind, 0, 50));
        }
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void repeatsWhatAGrowingMessageLost(TransmitPolicy policy) {
        TransmitQueue queue = new TransmitQueue(policy);
        queue.add(1, PREFILL, 100, 40, 0);
        drain(queue, 0);
        queue.repeat(1, PREFILL, 0, 40, 0);
        queue.extend(1, 100, 0);

        List<Send> sent = drain(queue, 0);

        assertThat(sent).containsExactly(new Send(1, PREFILL, 0, 40), new Send(1, PREFILL, 40, 60));
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void repeatsOnlyWhatWentAndIsNotAskedForAlready(TransmitPolicy policy) {
        TransmitQueue queue = new TransmitQueue(policy);
        queue.add(1, DECODE, 100, 50, 0);
        drain(queue, 0);
        queue.repeat(1, DECODE, 10, 20, 0);

        queue.repeat(1, DECODE, 15, 10, 0);
        queue.repeat(1, DECODE, 20, 20, 0);
        queue.repeat(1, DECODE, 45, 40, 0);
        queue.repeat(1, DECODE, 60, 40, 0);

        assertThat(drain(queue, 0))
                .containsExactly(new Send(1, DECODE, 10, 20), new Send(1, DECODE, 30, 10), new Send(1, DECODE, 45, 5));
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void forgetsWhatIsAcknowledgedAsAWhole(TransmitPolicy policy) {
        TransmitQueue queue = new TransmitQueue(policy);
        queue.add(1, PREFILL, 100, 0);
        drain(queue, 0);
        queue.repeat(1, PREFILL, 0, 100, 0);

        queue.acknowledged(1, 100, 5, 10);
        queue.repeat(1, PREFILL, 0, 100, 20);

        assertThat(drain(queue, 20)).isEmpty();
        assertThat(queue.figures().unacknowledgedBytes().total()).isZero();
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void dropsOneMessageInAnyState(TransmitPolicy policy) {
        TransmitQueue queue = new TransmitQueue(policy);
        long id = -10;
        for (TransmitClass kind : TransmitClass.values()) {
            id += 10;
            queue.add(id, kind, 100, 0);
            drain(queue, 0);
            queue.repeat(id, kind, 0, 100, 0);
            queue.add(id + 1, kind, 100, 40, 0);
            queue.add(id + 2, kind, 100, 0);
            queue.drop(id);
            queue.drop(id + 1);
            queue.drop(id + 1);

            assertThat(drain(queue, 0)).containsExactly(new Send(id + 2, kind, 0, 100));
            queue.drop(id + 2);
        }
        assertThat(queue.figures().waitingBytes()).isEqualTo(new PerClass(0, 0, 0));
        assertThat(queue.figures().unacknowledgedBytes()).isEqualTo(new PerClass(0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void startsAfreshWhenCleared(TransmitPolicy policy) {
        TransmitQueue queue = new TransmitQueue(policy);
        for (int id = 0; id < 30; id++) {
            queue.add(id, List.of(TransmitClass.values()).get(id % 3), 1_000_000, 0);
        }
        queue.next(0, true, true);
        queue.next(0, true, true);

        queue.clear();
        queue.acknowledged(0, 1_000_000, 0, 0);
        queue.add(1, DECODE, 10, 0);

        assertThat(drain(queue, 0)).containsExactly(new Send(1, DECODE, 0, 10));
        assertThat(queue.figures().waiting()).isEqualTo(new PerClass(0, 0, 0));
    }

    @Test
    void refusesWhatCannotBe() {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);
        queue.add(1, DECODE, 10, 0);

        assertThatThrownBy(() -> queue.add(1, PREFILL, 10, 0)).hasMessage("message 1 is here already");
        assertThatThrownBy(() -> queue.extend(1, 11, 0)).hasMessage("message 1 has 10 bytes; 11 cannot be ready");
        assertThatThrownBy(() -> queue.add(2, DECODE, 0, 0)).hasMessageContaining("message 2 of 0 bytes");
        assertThatThrownBy(() -> queue.add(2, DECODE, 5, 6, 0)).hasMessageContaining("with 6 ready");
    }

    @Test
    void takesNoMoreMessagesThanItsBound() {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);
        for (int id = 0; id < TransmitQueue.MAX_MESSAGES; id++) {
            queue.add(id, PREFILL, 10, 0);
        }

        assertThatThrownBy(() -> queue.add(-1, PREFILL, 10, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("65536 messages wait");
    }

    @Test
    void countsWhatWentAndWhatWaits() {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FIFO);
        queue.add(1, CONTROL, 10, 0);
        queue.add(2, DECODE, 20, 0);
        queue.add(3, PREFILL, 40, 30, 0);
        drain(queue, 5 * MILLI);
        queue.repeat(2, DECODE, 0, 5, 6 * MILLI);
        queue.next(6 * MILLI, true, true);
        queue.acknowledged(3, 10, 0, 7 * MILLI);

        TransmitFigures figures = queue.figures();

        assertThat(figures.sent()).isEqualTo(new PerClass(10, 25, 30));
        assertThat(figures.repeatedBytes()).isEqualTo(5);
        assertThat(figures.waiting()).isEqualTo(new PerClass(0, 0, 1));
        assertThat(figures.waitingBytes()).isEqualTo(new PerClass(0, 0, 10));
        assertThat(figures.unacknowledgedBytes()).isEqualTo(new PerClass(0, 20, 20));
        assertThat(figures.decodeWaitP50Nanos()).isEqualTo(5 * MILLI);
        assertThat(figures.decodeWaitP99Nanos()).isEqualTo(5 * MILLI);
    }

    @Test
    void tellsTheQuantilesOfTheLastDecodeWaits() {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FIFO);
        for (int id = 0; id < RecentWaits.CAPACITY; id++) {
            queue.add(id, DECODE, 1, 0);
            drain(queue, 1000 * MILLI);
        }
        for (int wait = 1; wait <= RecentWaits.CAPACITY; wait++) {
            queue.add(RecentWaits.CAPACITY + wait, DECODE, 1, 2 * SECOND);
            drain(queue, 2 * SECOND + wait * MILLI);
        }

        TransmitFigures figures = queue.figures();

        assertThat(figures.decodeWaitP50Nanos()).isEqualTo(512 * MILLI);
        // 1013.76 of 1024 are 99 %.
        assertThat(figures.decodeWaitP99Nanos()).isEqualTo(1014 * MILLI);
    }

    @Test
    void countsTheTimeInWhichTheWireWasBusy() {
        VirtualLink link = new VirtualLink(new TransmitQueue(TransmitPolicy.FAIR), 80, 10, 1, 1);
        // 10 MB at 10 MB/s in two halves, with a pause between them.
        link.at(0, () -> link.add(TransmitMessage.whole(1, PREFILL, 5_000_000)));
        link.at(3 * SECOND, () -> link.add(TransmitMessage.whole(2, PREFILL, 5_000_000)));

        link.run();

        assertThat(link.queue.figures().busyNanos()).isBetween(980 * MILLI, 1020 * MILLI);
    }

    @Test
    void wantsAProbeAsLongAsNothingIsKnown() {
        TransmitQueue queue = new TransmitQueue(TransmitPolicy.FAIR);

        assertThat(queue.isProbeDue(0)).isTrue();
        queue.add(1, PREFILL, 100, 0);
        assertThat(queue.isProbeDue(0)).isFalse();
        drain(queue, 0);
        assertThat(queue.isProbeDue(20 * SECOND)).isFalse();
        queue.acknowledged(1, 100, 0, 20 * SECOND);
        assertThat(queue.isProbeDue(20 * SECOND)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void wantsAProbeAgainOnceTheLastSampleIsOld(TransmitPolicy policy) {
        VirtualLink link = new VirtualLink(new TransmitQueue(policy), 50, 15, 1, 1);
        link.at(0, () -> link.add(TransmitMessage.whole(1, PREFILL, TransmitQueue.PROBE_BYTES)));
        link.run();
        long done = link.nowNanos();

        assertThat(link.queue.rate().bytesPerSecond()).isBetween(6_000_000L, 6_500_000L);
        assertThat(link.queue.isProbeDue(done + 20 * SECOND)).isFalse();
        assertThat(link.queue.isProbeDue(done + LinkEstimator.OLD_NANOS)).isTrue();
    }
}
