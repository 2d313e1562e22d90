package dev.molink.stagenode.pipeline;

import static dev.molink.stagenode.pipeline.RecordingEngine.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.stagenode.link.HiddenState;
import dev.molink.stagenode.pipeline.Stages.Member;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FormationTests {

    private final Stages stages = new Stages();

    @AfterEach
    void stop() {
        stages.close();
    }

    @Test
    void formsAPipelineOfOneStage() throws Exception {
        Member alone = stages.start("alone", 0, Stages.LAYERS);

        PipelineReport report = stages.form(alone);

        assertThat(report.getState()).as(report.getReason()).isEqualTo(PipelineState.PIPELINE_STATE_SERVING);
        assertThat(alone.dialer().calls().started()).isZero();
        assertThat(alone.engine().servedEpoch).isEqualTo(report.getEpoch());
    }

    @Test
    void takesTheSmallestNumberOfKvBlocksEverywhere() throws Exception {
        Member head = stages.start("a", 0, 3);
        Member middle = stages.start("b", 3, 6, stage -> stage.setKvBytes(17));
        Member last = stages.start("c", 6, 9);

        PipelineReport report = stages.form(head, middle, last);

        assertThat(report.getState()).as(report.getReason()).isEqualTo(PipelineState.PIPELINE_STATE_SERVING);
        assertThat(report.getNodeIdsList()).containsExactly("a", "b", "c");
        assertThat(List.of(head, middle, last)).allSatisfy(member -> {
            assertThat(member.engine().kvBlocks).containsExactly(17);
            assertThat(member.engine().place().epoch()).isEqualTo(report.getEpoch());
        });
        assertThat(last.engine().place()).isEqualTo(new StagePlace(report.getEpoch(), 2, 3));
    }

    @Test
    void reportsAFormationThatStandsAgainAndChangesNothing() throws Exception {
        Member head = stages.start("a", 0, 5);
        Member last = stages.start("b", 5, 9);
        PipelineReport first = stages.form(head, last);
        long calls = head.dialer().calls().started();

        PipelineReport again = stages.form(head, last);

        assertThat(again).isEqualTo(first);
        assertThat(head.dialer().calls().started()).isEqualTo(calls);
    }

    @Test
    void carriesPlansHiddenStatesAndOutcomes() throws Exception {
        Member head = stages.start("a", 0, 3);
        Member middle = stages.start("b", 3, 6);
        Member last = stages.start("c", 6, 9);
        long epoch = stages.form(head, middle, last).getEpoch();
        int rows = 40_000;
        byte[] values = new byte[rows * Stages.HIDDEN * Float.BYTES];
        new Random(4).nextBytes(values);
        StepPlan decode = plan(epoch, 1, StepKind.DECODE, rows);
        StepPlan prefill = plan(epoch, 2, StepKind.PREFILL, rows);
        StepOutcome outcome = new StepOutcome.Sampled(epoch, 1, List.of(new StepOutcome.SampledToken(7, 12, 99)));

        head.engine().outputs().forward(decode);
        head.engine().outputs().forward(prefill);
        head.engine().outputs().sendHidden(prefill, Stages.HIDDEN, 0, MemorySegment.ofArray(values));
        head.engine().outputs().sendHidden(decode, Stages.HIDDEN, 0, MemorySegment.ofArray(values));
        last.engine().outputs().report(outcome);

        assertThat(take(middle.engine().plans)).isEqualTo(decode);
        assertThat(take(middle.engine().plans)).isEqualTo(prefill);
        List<HiddenState> arrived = List.of(take(middle.engine().hidden), take(middle.engine().hidden));
        assertThat(arrived).extracting(HiddenState::stepId).containsExactlyInAnyOrder(1L, 2L);
        assertThat(arrived).allSatisfy(state -> {
            assertThat(state.rows()).isEqualTo(rows);
            assertThat(state.values().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(values);
        });
        assertThat(take(head.engine().outcomes)).isEqualTo(outcome);
    }

    @Test
    void bringsAFailureInTheMiddleBackToTheHead() throws Exception {
        Member head = stages.start("a", 0, 3);
        Member second = stages.start("b", 3, 5);
        Member third = stages.start("c", 5, 7);
        Member last = stages.start("d", 7, 9);
        long epoch = stages.form(head, second, third, last).getEpoch();
        StepOutcome failed = new StepOutcome.Failed(epoch, 5, "stage 2 has no block 12");

        third.engine().outputs().report(failed);

        assertThat(take(head.engine().outcomes)).isEqualTo(failed);
    }

    @Test
    void bringsWhatAStageMeasuredBackToTheHead() throws Exception {
        Member head = stages.start("a", 0, 3);
        Member second = stages.start("b", 3, 5);
        Member third = stages.start("c", 5, 7);
        Member last = stages.start("d", 7, 9);
        long epoch = stages.form(head, second, third, last).getEpoch();
        StageReport report = new StageReport(epoch, 3, 11, 12, 13, 14, new LinkRate(15, 16));

        last.engine().outputs().measured(report);
        assertThat(take(head.engine().reports)).isEqualTo(report);

        head.engine().outputs().measured(report);
        assertThat(take(head.engine().reports)).isEqualTo(report);
        assertThat(second.engine().reports).isEmpty();
    }

    @Test
    void sendsMoreThanTheWindowThatItsPeerAcknowledges() throws Exception {
        Member head = stages.start("a", 0, 5);
        Member last = stages.start("b", 5, 9);
        long epoch = stages.form(head, last).getEpoch();
        int rows = 9 << 15; // 9 MiB each, 90 MiB altogether
        MemorySegment values = MemorySegment.ofArray(new byte[rows * Stages.HIDDEN * Float.BYTES]);

        for (int step = 1; step <= 10; step++) {
            head.engine().outputs().sendHidden(plan(epoch, step, StepKind.PREFILL, rows), Stages.HIDDEN, 0, values);
        }

        for (int step = 1; step <= 10; step++) {
            assertThat(take(last.engine().hidden).stepId()).isEqualTo(step);
        }
    }

    @Nested
    class Loss {

        @Test
        void ofAMiddleStageReachesTheHeadAndNamesTheNode() throws Exception {
            Member head = stages.start("a", 0, 3);
            Member middle = stages.start("b", 3, 6);
            Member last = stages.start("c", 6, 9);
            long epoch = stages.form(head, middle, last).getEpoch();

            middle.kill();

            PipelineReport report = stages.nextReport();
            assertThat(report.getState()).isEqualTo(PipelineState.PIPELINE_STATE_BROKEN);
            assertThat(report.getEpoch()).isEqualTo(epoch);
            assertThat(report.getReason()).contains(middle.name());
            assertThat(take(head.engine().dissolved).reason()).contains(middle.name());
            assertThat(take(last.engine().dissolved).epoch()).isEqualTo(epoch);
        }

        @Test
        void ofTheLastStageReachesTheHead() throws Exception {
            Member head = stages.start("a", 0, 3);
            Member middle = stages.start("b", 3, 6);
            Member last = stages.start("c", 6, 9);
            stages.form(head, middle, last);

            last.kill();

            assertThat(stages.nextReport().getReason()).contains(last.name());
            assertThat(take(middle.engine().dissolved).reason()).contains(last.name());
        }

        @Test
        void isMendedByANewFormationWithAHigherEpoch() throws Exception {
            Member head = stages.start("a", 0, 5);
            Member last = stages.start("b", 5, 9);
            long first = stages.form(head, last).getEpoch();
            last.kill();
            assertThat(stages.nextReport().getState()).isEqualTo(PipelineState.PIPELINE_STATE_BROKEN);

            Member replacement = stages.start("b2", 5, 9);
            PipelineReport report = stages.form(head, replacement);

            assertThat(report.getState()).as(report.getReason()).isEqualTo(PipelineState.PIPELINE_STATE_SERVING);
            assertThat(report.getEpoch()).isGreaterThan(first);
        }
    }

    private static StepPlan plan(long epoch, long stepId, StepKind kind, int rows) {
        return new StepPlan(
                epoch,
                stepId,
                kind,
                List.of(SequenceRows.fresh(7, 0, rows, true, List.of())),
                List.of(),
                BlockChanges.NONE,
                List.of(),
                List.of());
    }
}
