package dev.molink.stagenode.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StageLoopTests {

    private static final LinkRate RATE = new LinkRate(1_000_000, 5_000);

    /** What left the stage, in order: plans, hidden states, outcomes. */
    private final BlockingQueue<Object> out = new ArrayBlockingQueue<>(100);

    private final BlockingQueue<StageReport> measured = new ArrayBlockingQueue<>(100);

    private final StageOutbound outbound = new StageOutbound() {
        @Override
        public void forward(StepPlan plan) {
            out.add(plan);
        }

        @Override
        public void sendHidden(StepPlan plan, int hiddenSize, int firstRow, MemorySegment values) {
            out.add(values.toArray(ValueLayout.JAVA_FLOAT));
        }

        @Override
        public void report(StepOutcome outcome) {
            out.add(outcome);
        }

        @Override
        public void measured(StageReport report) {
            measured.add(report);
        }

        @Override
        public LinkRate linkRate() {
            return RATE;
        }
    };

    private final StageLoop first =
            StageLoop.start("stage 1", new HistoryStage(0, HistoryStage.LAYERS / 2), StageSettings.DEFAULT);
    private final StageLoop only =
            StageLoop.start("stage 1", new HistoryStage(0, HistoryStage.LAYERS), StageSettings.DEFAULT);

    @AfterEach
    void stopTheLoops() {
        first.close();
        only.close();
    }

    @Test
    void forwardsThePlanAndThenTheHiddenState() throws Exception {
        enter(first, 1);

        first.plan(plan(1, 0, 5));
        assertThat(take()).isEqualTo(plan(1, 0, 5));

        assertThat((float[]) take()).hasSize(4).doesNotContain(Float.NaN);
    }

    @Test
    void samplesOnTheLastStage() throws Exception {
        enter(only, 1);

        only.plan(plan(1, 0, 5));

        take();
        Sampled sampled = (Sampled) take();
        assertThat(sampled.tokens()).singleElement().satisfies(token -> {
            assertThat(token.sequenceId()).isEqualTo(5);
            assertThat(token.position()).isEqualTo(2);
        });
    }

    @Test
    void dropsPlansOfAnotherEpoch() throws Exception {
        enter(only, 1);
        enter(only, 2);

        only.plan(plan(1, 0, 5));
        only.plan(plan(2, 0, 6));

        assertThat(take()).isEqualTo(plan(2, 0, 6));
        assertThat(((StepOutcome) take()).epoch()).isEqualTo(2);
    }

    @Test
    void dropsPlansAfterItLeftTheEpoch() throws Exception {
        enter(only, 1);
        only.leave(1);
        only.plan(plan(1, 0, 5));
        enter(only, 2);

        assertThat(out).isEmpty();
        assertThat(only.sequences()).isZero();
    }

    @Test
    void tellsWhatItMeasuresAndWhatTheLinkShows() throws Exception {
        enter(only, 1);
        only.plan(plan(1, 0, 5));

        StageReport report = measured.poll(20, TimeUnit.SECONDS);

        assertThat(report).isNotNull();
        assertThat(report.epoch()).isEqualTo(1);
        assertThat(report.stage()).isZero();
        assertThat(report.link()).isEqualTo(RATE);
        assertThat(report.prefillTokenNanos()).isPositive();
        assertThat(report.decodeStepNanos()).as("no decode step ran").isZero();
        assertThat(report.busyNanos()).isBetween(2 * report.prefillTokenNanos() - 2, report.wallNanos());
    }

    @Test
    void failsAPlanThatLeavesAGap() throws Exception {
        enter(only, 1);

        only.plan(plan(1, 3, 5));

        assertThat(take()).isEqualTo(new Failed(1, 3, "stage 1: step 3: the plan came out of order"));
    }

    @Test
    void failsASequenceThatWasNeverStarted() throws Exception {
        enter(only, 1);
        StepPlan started = plan(1, 0, 5);

        only.plan(new StepPlan(
                1, 0, StepKind.PREFILL, started.rows(), List.of(), started.blocks(), List.of(), List.of()));

        take();
        assertThat(((Failed) take()).reason()).contains("stage 1", "sequence 5 was never started");
    }

    @Test
    void saysWhenThereIsNoMemoryForTheBlocks() {
        assertThatThrownBy(() -> only.reset(1, 0, List.of(-1), outbound).get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
    }

    private void enter(StageLoop loop, long epoch) throws Exception {
        loop.reset(epoch, 0, List.of(10), outbound).get(20, TimeUnit.SECONDS);
    }

    private Object take() throws InterruptedException {
        Object next = out.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("something leaves the stage").isNotNull();
        return next;
    }

    /** Two prompt tokens of a new sequence; its block has its step's number. */
    private static StepPlan plan(long epoch, long stepId, long sequenceId) {
        SamplingParameters greedy = SamplingParameters.plain(0, 0, List.of());
        return new StepPlan(
                epoch,
                stepId,
                StepKind.PREFILL,
                List.of(SequenceRows.fresh(sequenceId, 0, 2, true, List.of(3, (int) sequenceId))),
                List.of(SequenceStart.plain(sequenceId, "r", 0, 1, greedy)),
                BlockChanges.appending(List.of(new BlockAppend(sequenceId, 0, List.of((int) stepId)))),
                List.of(),
                List.of());
    }
}
