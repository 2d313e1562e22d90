package dev.molink.stagenode.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchedulerTests {

    private static final SchedulerSettings SETTINGS = new SchedulerSettings(8, 8, 1, 8, 32);

    @Test
    void cutsAPromptIntoPiecesThatFollowEachOtherWithoutWaiting() {
        Scheduler scheduler = new Scheduler(SETTINGS, 1, 2, List.of(KvGroup.full(16)));
        scheduler.add(sequence(0, 50, 60));

        List<StepPlan> plans = drain(scheduler);

        assertThat(plans).extracting(StepPlan::kind).containsExactly(StepKind.PREFILL, StepKind.PREFILL);
        assertThat(plans).extracting(StepPlan::tokens).containsExactly(32, 18);
        assertThat(plans.getLast().rows()).extracting(SequenceRows::sample).containsExactly(true);
    }

    @Test
    void keepsTwoDecodeStepsInFlightOnTwoStages() {
        Scheduler scheduler = new Scheduler(SETTINGS, 1, 2, List.of(KvGroup.full(16)));
        for (int id = 0; id < 4; id++) {
            scheduler.add(sequence(id, 3, 20));
        }
        answer(scheduler, drain(scheduler).getFirst());

        List<StepPlan> plans = drain(scheduler);

        assertThat(plans).extracting(StepPlan::kind).containsExactly(StepKind.DECODE, StepKind.DECODE);
        assertThat(plans).extracting(StepPlan::tokens).containsExactly(2, 2);
    }

    @Test
    void putsAllDecodesIntoOneStepOnOneStage() {
        Scheduler scheduler = new Scheduler(SETTINGS, 1, 1, List.of(KvGroup.full(16)));
        for (int id = 0; id < 4; id++) {
            scheduler.add(sequence(id, 3, 20));
        }
        answer(scheduler, drain(scheduler).getFirst());

        assertThat(drain(scheduler)).extracting(StepPlan::tokens).containsExactly(4);
    }

    @Test
    void tellsTheStagesOfAnEndAtOnceWhenNoStepIsDue() {
        Scheduler scheduler = new Scheduler(SETTINGS, 1, 1, List.of(KvGroup.full(16)));
        scheduler.add(sequence(7, 3, 4));
        answer(scheduler, drain(scheduler).getFirst());

        List<StepPlan> plans = drain(scheduler);

        assertThat(plans).hasSize(1);
        assertThat(plans.getFirst().rows()).isEmpty();
        assertThat(plans.getFirst().ended()).containsExactly(SequenceEnd.over(7));
        assertThat(scheduler.usedBlocks()).isZero();
    }

    @Test
    void keepsTheBlocksOfACancelledSequenceUntilItsStepCameBack() {
        Scheduler scheduler = new Scheduler(SETTINGS, 1, 1, List.of(KvGroup.full(16)));
        scheduler.add(sequence(7, 3, 10));
        StepPlan prefill = drain(scheduler).getFirst();

        scheduler.end(7);

        assertThat(drain(scheduler)).isEmpty();
        assertThat(scheduler.usedBlocks()).isEqualTo(1);
        answer(scheduler, prefill);
        assertThat(drain(scheduler)).flatExtracting(StepPlan::ended).containsExactly(SequenceEnd.over(7));
        assertThat(scheduler.usedBlocks()).isZero();
    }

    @Test
    void preemptsTheNewestAndComputesItAgainWithWhatItHadGenerated() {
        Scheduler scheduler = new Scheduler(SETTINGS, 1, 1, List.of(KvGroup.full(3)));
        scheduler.add(sequence(0, 15, 40));
        scheduler.add(sequence(1, 14, 40));
        List<StepPlan> all = new ArrayList<>();
        List<StepPlan> plans = drain(scheduler);
        while (!plans.isEmpty()) {
            all.addAll(plans);
            plans.forEach(plan -> answer(scheduler, plan));
            plans = drain(scheduler);
        }

        List<StepPlan> restarts = all.stream()
                .filter(plan -> plan.starts().stream().anyMatch(start -> start.sequenceId() == 1))
                .toList();
        assertThat(restarts).hasSizeGreaterThan(1);
        SequenceRows recomputed = restarts.getLast().rows().getFirst();
        assertThat(recomputed.firstPosition()).isZero();
        assertThat(recomputed.tokenIds().subList(0, 14)).isEqualTo(Collections.nCopies(14, 1));
        assertThat(recomputed.tokenIds().get(14)).as("generated before").isEqualTo(114);
        assertThat(scheduler.usedBlocks()).isZero();
    }

    @Test
    void refusesASequenceThatCouldNeverRunAlone() {
        Scheduler scheduler = new Scheduler(SETTINGS, 1, 1, List.of(KvGroup.full(3)));

        assertThatThrownBy(() -> scheduler.add(sequence(0, 10, 49)))
                .hasMessage("sequence 0 of up to 49 tokens: the pipeline holds 48, 8 may wait");
    }

    private static List<StepPlan> drain(Scheduler scheduler) {
        List<StepPlan> plans = new ArrayList<>();
        for (Optional<StepPlan> plan = scheduler.nextPlan(); plan.isPresent(); plan = scheduler.nextPlan()) {
            plans.add(plan.get());
        }
        return plans;
    }

    private static void answer(Scheduler scheduler, StepPlan plan) {
        List<SampledToken> tokens = plan.rows().stream()
                .filter(SequenceRows::sample)
                .map(SchedulerTests::token)
                .toList();
        scheduler.complete(new Sampled(plan.epoch(), plan.stepId(), tokens));
    }

    private static SampledToken token(SequenceRows rows) {
        int position = rows.firstPosition() + rows.tokenCount();
        return new SampledToken(rows.sequenceId(), position, 100 + position);
    }

    private static SequenceSpec sequence(long id, int promptTokens, int maxTokens) {
        SamplingParameters greedy = SamplingParameters.plain(0, 0, List.of());
        return new SequenceSpec(
                SequenceStart.plain(id, "request-" + id, 0, 1, greedy),
                Collections.nCopies(promptTokens, 1),
                maxTokens);
    }
}
