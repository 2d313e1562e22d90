package dev.molink.stagenode.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepQueueTests {

    private static final MemorySegment HIDDEN = MemorySegment.ofArray(new float[4]);

    private final StepQueue queue = new StepQueue(new StageSettings(16, 2, 2));

    @Test
    void letsADecodeStepOvertakeAPrefillPiece() {
        queue.add(embedding(0, StepKind.PREFILL, 1));
        queue.add(embedding(1, StepKind.DECODE, 2));

        assertThat(order()).containsExactly(1L, 0L);
    }

    @Test
    void keepsTheOrderOfStepsThatShareASequence() {
        queue.add(embedding(0, StepKind.PREFILL, 1));
        queue.add(embedding(1, StepKind.DECODE, 2, 1));

        assertThat(order()).containsExactly(0L, 1L);
    }

    @Test
    void keepsTheOrderBehindAPlanThatEndsTheSequence() {
        queue.add(new StepPlan(
                1,
                0,
                StepKind.PREFILL,
                List.of(rows(3)),
                List.of(),
                BlockChanges.NONE,
                List.of(),
                List.of(SequenceEnd.over(1))));
        queue.add(embedding(1, StepKind.DECODE, 1));

        assertThat(order()).containsExactly(0L, 1L);
    }

    @Test
    void doesNotStarveAPrefillPiece() {
        queue.add(embedding(0, StepKind.PREFILL, 1));
        for (int step = 1; step <= 4; step++) {
            queue.add(embedding(step, StepKind.DECODE, 10 + step));
        }

        assertThat(order()).containsExactly(1L, 2L, 0L, 3L, 4L);
    }

    @Test
    void waitsForTheHiddenStateInWhateverOrderItComes() {
        queue.arrived(1, HIDDEN);
        queue.add(fed(0, 1));
        queue.add(fed(1, 2));

        assertThat(order()).containsExactly(1L);
        queue.arrived(0, HIDDEN);
        assertThat(order()).containsExactly(0L);
    }

    @Test
    void boundsHiddenStatesThatComeBeforeTheirPlans() {
        assertThat(queue.arrived(5, HIDDEN)).isTrue();
        assertThat(queue.arrived(6, HIDDEN)).isTrue();
        assertThat(queue.arrived(7, HIDDEN)).isFalse();
    }

    @Test
    void dropsAStepThatFailedEarlierOnceItsSequenceIsEnded() {
        queue.add(fed(0, 1));
        StepPlan end = new StepPlan(
                1,
                1,
                StepKind.DECODE,
                List.of(),
                List.of(),
                BlockChanges.NONE,
                List.of(),
                List.of(SequenceEnd.over(1)));

        List<PendingStep> over = queue.add(end);

        assertThat(over).extracting(step -> step.plan().stepId()).containsExactly(0L);
        assertThat(order()).containsExactly(1L);
        assertThat(queue.arrived(0, HIDDEN))
                .as("a late hidden state is dropped")
                .isTrue();
        assertThat(order()).isEmpty();
    }

    private List<Long> order() {
        List<Long> order = new ArrayList<>();
        for (Optional<PendingStep> step = queue.next(); step.isPresent(); step = queue.next()) {
            order.add(step.get().plan().stepId());
        }
        return order;
    }

    private static StepPlan embedding(long stepId, StepKind kind, long... sequenceIds) {
        List<SequenceRows> rows = new ArrayList<>();
        for (long id : sequenceIds) {
            rows.add(rows(id));
        }
        return new StepPlan(1, stepId, kind, rows, List.of(), BlockChanges.NONE, List.of(), List.of());
    }

    private static SequenceRows rows(long sequenceId) {
        return SequenceRows.fresh(sequenceId, 0, 1, true, List.of(1));
    }

    private static StepPlan fed(long stepId, long sequenceId) {
        SequenceRows rows = SequenceRows.fresh(sequenceId, 0, 1, true, List.of());
        return new StepPlan(
                1, stepId, StepKind.DECODE, List.of(rows), List.of(), BlockChanges.NONE, List.of(), List.of());
    }
}
