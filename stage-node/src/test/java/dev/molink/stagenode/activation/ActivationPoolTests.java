package dev.molink.stagenode.activation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ActivationPoolTests {

    private static final long PAGE = 4096;

    private final ActivationPool pool = ActivationPool.ofNativeMemory(4 * PAGE);

    @Test
    void givesTheSameMemoryAgainAfterItWasReleased() {
        Activation first = pool.take(100);
        long address = first.values().address();
        Activation beside = pool.take(100);
        first.release();

        Activation again = pool.take(4000);

        assertThat(again.values().address())
                .isEqualTo(address)
                .isNotEqualTo(beside.values().address());
        assertThat(again.values().byteSize()).isEqualTo(4000);
    }

    @Test
    void givesArraysThatProtobufNeedNotCopy() {
        ActivationPool arrays = ActivationPool.ofArrays(4 * PAGE);
        byte[] first = arrays.take(100).values().asByteBuffer().array();
        Activation second = arrays.take(100);
        byte[] kept = second.values().asByteBuffer().array();
        second.release();

        assertThat(arrays.take(200).values().asByteBuffer().array())
                .isSameAs(kept)
                .isNotSameAs(first);
    }

    @Test
    void givesNoMemoryTwiceWhenItIsReleasedTwice() {
        Activation first = pool.take(100);
        first.release();
        first.release();

        assertThat(pool.take(100).values().address())
                .isNotEqualTo(pool.take(100).values().address());
    }

    @Test
    void keepsNoMoreIdleThanItMay() {
        Activation small = pool.take(PAGE + 1);
        Activation large = pool.take(4 * PAGE);
        small.release();
        large.release();

        assertThat(pool.idleBytes()).isEqualTo(2 * PAGE);
    }

    @Test
    void copiesExactlyTheValues() {
        MemorySegment values = MemorySegment.ofArray(new float[] {1, 2, 3});

        assertThat(pool.copyOf(values).values().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, 2, 3);
    }
}
