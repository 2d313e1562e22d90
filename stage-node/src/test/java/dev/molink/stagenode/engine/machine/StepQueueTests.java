package dev.molink.stagenode.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StepQueueTests {

    private static final Duration AGE = Duration.ofMillis(1);

    private static final StepRules RULES = new StepRules(2, 0.2, AGE);

    /** Of the first stage; tests of hidden states take a later one's. */
    private StepQueue queue = new StepQueue(RULES, true);

    @Test
    void letsADecodeStepOvertakeAPrefillPiece() {
        queue.add(embedding(0, StepKind.PREFILL, 1), 0);
        queue.add(embedding(1, StepKind.DECODE, 2), 0);

        assertThat(order()).containsExactly(1L, 0L);
    }

    @Test
    void letsAVerifyStepOvertakeAPrefillPiece() {
        queue.add(embedding(0, StepKind.PREFILL, 1), 0);
        queue.add(embedding(1, StepKind.VERIFY, 2), 0);

        assertThat(order()).containsExactly(1L, 0L);
    }

    @Test
    void keepsTheOrderOfStepsThatShareASequence() {
        queue.add(embedding(0, StepKind.PREFILL, 1), 0);
        queue.add(embedding(1, StepKind.DECODE, 2, 1), 0);

        assertThat(order()).containsExactly(0L, 1L);
    }

    @Test
    void keepsTheOrderBehindAPlanThatEndsTheSequence() {
        queue.add(ending(0, StepKind.PREFILL, 3, 1), 0);
        queue.add(embedding(1, StepKind.DECODE, 1), 0);

        assertThat(order()).containsExactly(0L, 1L);
    }

    @Test
    void waitsForTheHiddenStateInWhateverOrderItComes() {
        queue = new StepQueue(RULES, false);
        queue.arrived(1, hidden(), 0);
        queue.add(fed(0, 1), 0);
        queue.add(fed(1, 2), 0);

        assertThat(order()).containsExactly(1L);
        queue.arrived(0, hidden(), 0);
        assertThat(order()).containsExactly(0L);
    }

    @Test
    void boundsHiddenStatesThatComeBeforeTheirPlans() {
        queue = new StepQueue(RULES, false);
        assertThat(queue.arrived(5, hidden(), 0)).isTrue();
        assertThat(queue.arrived(6, hidden(), 0)).isTrue();
        assertThat(queue.arrived(7, hidden(), 0)).isFalse();
    }

    @Test
    void dropsAStepThatFailedEarlierOnceItsSequenceIsEnded() {
        queue = new StepQueue(RULES, false);
        queue.add(fed(0, 1), 0);
        StepPlan end = new StepPlan(
                1,
                1,
                StepKind.DECODE,
                List.of(),
                List.of(),
                BlockChanges.NONE,
                List.of(),
                List.of(SequenceEnd.over(1)));

        List<PendingStep> over = queue.add(end, 0);

        assertThat(over).extracting(step -> step.plan().stepId()).containsExactly(0L);
        assertThat(order()).containsExactly(1L);
        assertThat(queue.arrived(0, hidden(), 0))
                .as("a late hidden state is dropped")
                .isTrue();
        assertThat(order()).isEmpty();
    }

    @Nested
    class Blocks {

        @Test
        void keepTheOrderWhereOneStepCopiesWhatAnotherFills() {
            queue.add(changing(0, StepKind.PREFILL, 1, append(1, 4, 5), List.of()), 0);
            queue.add(changing(1, StepKind.DECODE, 2, append(2, 9), List.of(new BlockCopy(0, 5, 9))), 0);

            assertThat(order()).containsExactly(0L, 1L);
        }

        @Test
        void keepTheOrderWhereAStepFillsWhatAnotherCopiesFirst() {
            queue.add(changing(0, StepKind.PREFILL, 1, append(1, 9), List.of(new BlockCopy(0, 5, 9))), 0);
            queue.add(changing(1, StepKind.DECODE, 2, append(2, 5), List.of()), 0);

            assertThat(order()).containsExactly(0L, 1L);
        }

        @Test
        void keepTheOrderWhereTwoStepsFillTheSame() {
            queue.add(changing(0, StepKind.PREFILL, 1, append(1, 4), List.of()), 0);
            queue.add(changing(1, StepKind.DECODE, 2, append(2, 4), List.of()), 0);

            assertThat(order()).containsExactly(0L, 1L);
        }

        @Test
        void doNotHoldUpStepsThatOnlyReadTheSame() {
            queue.add(started(0, StepKind.PREFILL, 1, 32, append(1, 4, 5, 6)), 0);
            queue.add(started(1, StepKind.DECODE, 2, 32, append(2, 4, 5, 7)), 0);

            assertThat(order()).containsExactly(1L, 0L);
        }

        @Test
        void ofDifferentGroupsAreDifferentBlocks() {
            queue.add(changing(0, StepKind.PREFILL, 1, append(1, 4), List.of()), 0);
            queue.add(changing(1, StepKind.DECODE, 2, List.of(new BlockAppend(2, 1, List.of(4))), List.of()), 0);

            assertThat(order()).containsExactly(1L, 0L);
        }

        private List<BlockAppend> append(long sequenceId, Integer... blocks) {
            return List.of(new BlockAppend(sequenceId, 0, List.of(blocks)));
        }

        private StepPlan changing(
                long stepId, StepKind kind, long sequenceId, List<BlockAppend> appends, List<BlockCopy> copies) {
            return new StepPlan(
                    1,
                    stepId,
                    kind,
                    List.of(rows(sequenceId)),
                    List.of(),
                    new BlockChanges(List.of(), appends, copies),
                    List.of(),
                    List.of());
        }

        private StepPlan started(
                long stepId, StepKind kind, long sequenceId, int cachedTokens, List<BlockAppend> appends) {
            SequenceStart start = new SequenceStart(
                    sequenceId,
                    "r",
                    0,
                    40,
                    cachedTokens,
                    SamplingParameters.plain(0, 0, List.of()),
                    List.of(),
                    SamplingParameters.NO_LOGPROBS,
                    null);
            return new StepPlan(
                    1,
                    stepId,
                    kind,
                    List.of(SequenceRows.fresh(sequenceId, cachedTokens, 1, true, List.of(1))),
                    List.of(start),
                    BlockChanges.appending(appends),
                    List.of(),
                    List.of());
        }
    }

    @Nested
    class Fairness {

        @Test
        void givesPrefillItsFloorOfTheTimeAndNotOfTheSteps() {
            // Pieces of 40 against decode steps of 10: a fifth of the time is one piece in sixteen decode steps.
            queue.add(embedding(0, StepKind.PREFILL, 1_000), 0);
            long next = 1;
            long decodeNanos = 0;
            long prefillNanos = 0;
            for (int i = 0; i < 1_000; i++) {
                queue.add(embedding(next, StepKind.DECODE, next++), 0);
                PendingStep step = next(queue);
                if (step.isPrefill()) {
                    prefillNanos += 40;
                    queue.ran(step, 40);
                    queue.add(embedding(next++, StepKind.PREFILL, 1_000), 0);
                } else {
                    decodeNanos += 10;
                    queue.ran(step, 10);
                }
            }

            assertThat((double) prefillNanos / (prefillNanos + decodeNanos)).isBetween(0.19, 0.21);
        }

        /** Whatever the steps take: over any stretch in which a piece waits it has a fifth, to within one decode step. */
        @Test
        void keepsTheFloorOverEveryStretchOfRandomSteps() {
            for (long seed = 0; seed < 50; seed++) {
                keepsTheFloor(seed);
            }
        }

        private void keepsTheFloor(long seed) {
            Random random = new Random(seed);
            StepQueue fresh = new StepQueue(new StepRules(2, 0.2, Duration.ofDays(1)), true);
            double owed = 0;
            double longestDecode = 0;
            fresh.add(embedding(0, StepKind.PREFILL, 1_000), 0);
            long next = 1;
            for (int i = 0; i < 400; i++) {
                fresh.add(embedding(next, StepKind.DECODE, next++), 0);
                long nanos = 1L + random.nextInt(1_000);
                PendingStep step = next(fresh);
                fresh.ran(step, nanos);
                if (step.isPrefill()) {
                    fresh.add(embedding(next++, StepKind.PREFILL, 1_000), 0);
                    owed -= 0.8 * nanos;
                } else {
                    longestDecode = Math.max(longestDecode, (double) nanos);
                    owed += 0.2 * nanos;
                }
                assertThat(owed)
                        .as("seed %d, step %d: prefill time missing to a fifth", seed, i)
                        .isLessThanOrEqualTo(0.2 * longestDecode);
            }
        }

        @Test
        void chargesNothingForPiecesThatNoDecodeStepWaitedFor() {
            for (int step = 0; step < 5; step++) {
                queue.add(embedding(step, StepKind.PREFILL, 1), 0);
                queue.ran(next(queue), 1_000_000);
            }
            queue.add(embedding(5, StepKind.PREFILL, 1), 0);
            queue.add(embedding(6, StepKind.DECODE, 2), 0);
            queue.add(embedding(7, StepKind.DECODE, 3), 0);

            PendingStep first = next(queue);
            queue.ran(first, 10);

            assertThat(first.plan().stepId()).isEqualTo(6);
            assertThat(next(queue).plan().stepId())
                    .as("a quarter of 10 ns is owed")
                    .isEqualTo(5);
        }

        @Test
        void letsAPieceThatWaitedTooLongGoFirstButNotTwoInARow() {
            queue.add(embedding(0, StepKind.PREFILL, 1), 0);
            queue.add(embedding(1, StepKind.PREFILL, 2), 0);
            queue.add(embedding(2, StepKind.DECODE, 3), 0);
            queue.add(embedding(3, StepKind.DECODE, 4), 0);

            assertThat(orderAt(AGE.toNanos() + 1)).containsExactly(0L, 2L, 1L, 3L);
        }

        @Test
        void countsTheAgeFromWhenThePieceWasReady() {
            queue = new StepQueue(RULES, false);
            SequenceRows rows = SequenceRows.fresh(1, 0, 1, true, List.of());
            queue.add(
                    new StepPlan(
                            1, 0, StepKind.PREFILL, List.of(rows), List.of(), BlockChanges.NONE, List.of(), List.of()),
                    0);
            queue.arrived(0, hidden(), AGE.toNanos());
            queue.arrived(1, hidden(), AGE.toNanos());
            queue.add(embedding(1, StepKind.DECODE, 3), 0);

            assertThat(orderAt(AGE.toNanos() + 1)).containsExactly(1L, 0L);
        }
    }

    private static PendingStep next(StepQueue queue) {
        return Objects.requireNonNull(queue.next(0));
    }

    private List<Long> order() {
        return orderAt(0);
    }

    /** The order in which steps of no duration run. */
    private List<Long> orderAt(long nanos) {
        List<Long> order = new ArrayList<>();
        for (PendingStep step = queue.next(nanos); step != null; step = queue.next(nanos)) {
            order.add(step.plan().stepId());
            queue.ran(step, 0);
        }
        return order;
    }

    private static Activation hidden() {
        return Activation.of(MemorySegment.ofArray(new float[4]));
    }

    private static StepPlan embedding(long stepId, StepKind kind, long... sequenceIds) {
        List<SequenceRows> rows = new ArrayList<>();
        for (long id : sequenceIds) {
            rows.add(rows(id));
        }
        return new StepPlan(1, stepId, kind, rows, List.of(), BlockChanges.NONE, List.of(), List.of());
    }

    private static StepPlan ending(long stepId, StepKind kind, long sequenceId, long ended) {
        return new StepPlan(
                1,
                stepId,
                kind,
                List.of(rows(sequenceId)),
                List.of(),
                BlockChanges.NONE,
                List.of(),
                List.of(SequenceEnd.over(ended)));
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
