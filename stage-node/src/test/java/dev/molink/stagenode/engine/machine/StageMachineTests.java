package dev.molink.stagenode.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.engine.machine.Decision.End;
import dev.molink.stagenode.engine.machine.Decision.Forward;
import dev.molink.stagenode.engine.machine.Decision.Idle;
import dev.molink.stagenode.engine.machine.Decision.Measured;
import dev.molink.stagenode.engine.machine.Decision.Report;
import dev.molink.stagenode.engine.machine.Decision.Run;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.DecodeCost;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepPlan;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The machine on virtual time. */
class StageMachineTests {

    private static final long SECOND = 1_000_000_000L;

    private final StageMachine machine = new StageMachine("stage 2", StepRules.DEFAULT);
    private long now = 5 * SECOND;

    @Test
    void forwardsAPlanBeforeItRunsIt() {
        machine.enter(1, 0, now);
        StepPlan plan = decode(0, 7);

        machine.plan(plan, now);

        assertThat(next()).isEqualTo(new Forward(plan));
        assertThat(next()).isEqualTo(new Run(plan, null));
        assertThat(next()).isEqualTo(new Idle(now + SECOND));
    }

    @Test
    void forwardsEveryPlanBeforeItComputesSoThatTheNextStageCanReorderToo() {
        machine.enter(1, 0, now);
        machine.plan(decode(0, 7), now);
        machine.plan(decode(1, 8), now);

        assertThat(List.of(next(), next(), next()))
                .extracting(Object::getClass)
                .containsExactly(Forward.class, Forward.class, Run.class);
    }

    @Test
    void runsAStepWhenItsHiddenStateIsThere() {
        ActivationPool pool = ActivationPool.ofNativeMemory(1 << 20);
        machine.enter(1, 1, now);
        StepPlan plan = fed(0, 7);
        machine.plan(plan, now);
        next();
        assertThat(next()).isInstanceOf(Idle.class);

        Activation values = pool.take(16);
        machine.hiddenState(1, 0, values, now);

        assertThat(next()).isEqualTo(new Run(plan, values));
    }

    @Test
    void dropsWhatBelongsToAnotherEpoch() {
        machine.enter(2, 0, now);

        machine.plan(decode(0, 7), now);
        machine.hiddenState(1, 0, ActivationPool.ofNativeMemory(0).take(16), now);

        assertThat(next()).isInstanceOf(Idle.class);
    }

    @Test
    void forgetsEverythingWhenItLeaves() {
        machine.enter(1, 0, now);
        machine.plan(decode(0, 7), now);
        assertThat(machine.isIn(1)).isTrue();

        machine.leave();

        assertThat(machine.isIn(1)).isFalse();
        assertThat(next()).isInstanceOf(Idle.class);
    }

    @Test
    void failsLaterStepsOfAFailedStepsSequencesUntilTheyEnd() {
        machine.enter(1, 0, now);
        machine.plan(decode(0, 7), now);
        next();
        next();
        machine.failed(decode(0, 7), "it broke");
        machine.ran(5);
        assertThat(next()).isEqualTo(new Report(new Failed(1, 0, "stage 2: step 0: it broke")));

        machine.plan(decode(1, 7), now);
        next();
        assertThat(next()).isEqualTo(new End(decode(1, 7)));
        assertThat(next())
                .isEqualTo(new Report(new Failed(1, 1, "stage 2: step 1: an earlier step of sequence 7 failed")));

        StepPlan end = new StepPlan(
                1,
                2,
                StepKind.DECODE,
                List.of(),
                List.of(),
                BlockChanges.NONE,
                List.of(),
                List.of(SequenceEnd.over(7)));
        machine.plan(end, now);
        machine.plan(decode(3, 7), now);
        assertThat(List.of(next(), next())).hasOnlyElementsOfType(Forward.class);
        assertThat(List.of(next(), next())).hasOnlyElementsOfType(Run.class);
    }

    @Test
    void failsAPlanThatLeavesAGap() {
        machine.enter(1, 0, now);

        machine.plan(decode(3, 7), now);

        assertThat(next()).isEqualTo(new Report(new Failed(1, 3, "stage 2: step 3: the plan came out of order")));
    }

    @Test
    void tellsEachSecondWhatItMeasured() {
        machine.enter(9, 0, now);
        long began = now;
        measure(StepKind.DECODE, 0, 1, 1_000);
        measure(StepKind.DECODE, 1, 1, 2_000);
        measure(StepKind.PREFILL, 2, 10, 5_000);
        measure(StepKind.VERIFY, 3, 4, 4_300);
        assertThat(next()).isEqualTo(new Idle(began + SECOND));

        now = began + SECOND;

        // one row took 1,500 on average, four rows 4,300: 933 a row
        DecodeCost cost = new DecodeCost(567, 933);
        assertThat(next())
                .isEqualTo(new Measured(
                        new StageReport(9, 0, 1_820, cost, 500, 12_300, SECOND, StageReport.LinkRate.UNKNOWN)));
        assertThat(next()).isEqualTo(new Idle(now + SECOND));
    }

    @Test
    void tellsNothingOutsideOfAFormation() {
        now += 100 * SECOND;

        assertThat(next())
                .isInstanceOfSatisfying(
                        Idle.class, idle -> assertThat(idle.untilNanos()).isGreaterThan(now + 3600 * SECOND));
    }

    private void measure(StepKind kind, long stepId, int tokens, long nanos) {
        SequenceRows rows = new SequenceRows(stepId, 0, tokens, 0, 0, Collections.nCopies(tokens, 1));
        machine.plan(
                new StepPlan(9, stepId, kind, List.of(rows), List.of(), BlockChanges.NONE, List.of(), List.of()), now);
        next();
        assertThat(next()).isInstanceOf(Run.class);
        machine.ran(nanos);
    }

    private Decision next() {
        return machine.next(now);
    }

    private static StepPlan decode(long stepId, long sequenceId) {
        return plan(stepId, rows(sequenceId));
    }

    private static StepPlan fed(long stepId, long sequenceId) {
        return plan(stepId, rows(sequenceId).withoutTokenIds());
    }

    private static StepPlan plan(long stepId, SequenceRows rows) {
        return new StepPlan(
                1, stepId, StepKind.DECODE, List.of(rows), List.of(), BlockChanges.NONE, List.of(), List.of());
    }

    private static SequenceRows rows(long sequenceId) {
        return SequenceRows.fresh(sequenceId, 0, 1, true, List.of(1));
    }
}
