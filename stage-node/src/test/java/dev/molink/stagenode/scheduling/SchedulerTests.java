package dev.molink.stagenode.scheduling;

import static dev.molink.stagenode.scheduling.SchedulerRun.EPOCH;
import static dev.molink.stagenode.scheduling.SchedulerRun.SETTINGS;
import static dev.molink.stagenode.scheduling.SchedulerRun.distinctPrompt;
import static dev.molink.stagenode.scheduling.SchedulerRun.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.BadLogits;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.PromptLogprobs;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.TokenLogprobs;
import dev.molink.stagenode.plan.VerifiedRows;
import dev.molink.stagenode.scheduling.RequestSpec.Sampling;
import dev.molink.stagenode.scheduling.SequenceUpdate.Broken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Cause;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import dev.molink.stagenode.scheduling.SequenceUpdate.PromptScored;
import dev.molink.stagenode.scheduling.SequenceUpdate.Released;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SchedulerTests {

    private static final long SECOND = 1_000_000_000;

    private static SchedulerSettings decodeBatch(int sequences) {
        return new SchedulerSettings(
                8,
                8,
                sequences,
                32,
                16,
                Duration.ofSeconds(30),
                new BatchingOption.Fixed(1),
                new SpeculationOption.Off());
    }

    private static SchedulerSettings with(BatchingOption batching, SpeculationOption speculation) {
        return SETTINGS.with(batching, speculation);
    }

    @Nested
    class Steps {

        @Test
        void cutsAPromptIntoPiecesThatFollowEachOtherWithoutWaiting() {
            SchedulerRun run = new SchedulerRun(SETTINGS, 2, KvGroup.full(16));
            run.add(prompt(50));

            List<StepPlan> plans = run.drain();

            assertThat(plans).extracting(StepPlan::kind).containsExactly(StepKind.PREFILL, StepKind.PREFILL);
            assertThat(plans).extracting(StepPlan::tokens).containsExactly(32, 18);
            assertThat(plans.getLast().rows())
                    .extracting(SequenceRows::sampledRows)
                    .containsExactly(1);
        }

        @Test
        void letsOthersDecodeBetweenThePiecesOfAPrompt() {
            SchedulerRun run = SchedulerRun.withBlocks(64);
            run.add(distinctPrompt(3, 1));
            run.answer(run.drain().getFirst());
            run.add(distinctPrompt(200, 2));

            List<StepPlan> plans = run.drain();

            assertThat(plans)
                    .extracting(StepPlan::kind)
                    .containsExactly(StepKind.DECODE, StepKind.PREFILL, StepKind.PREFILL);
            run.answer(plans.get(1));
            assertThat(run.drain()).extracting(StepPlan::kind).containsExactly(StepKind.PREFILL);
            run.answer(plans.getFirst());
            assertThat(run.drain()).extracting(StepPlan::kind).containsExactly(StepKind.DECODE);
        }

        @Test
        void spreadsSequencesEvenlyOverTheDecodeGroups() {
            SchedulerSettings twoGroups = with(new BatchingOption.Fixed(2), new SpeculationOption.Off());
            SchedulerRun run = new SchedulerRun(twoGroups, 1, KvGroup.full(16));
            for (int i = 0; i < 5; i++) {
                run.add(prompt(3));
            }
            run.answer(run.drain().getFirst());

            List<StepPlan> plans = run.drain();

            assertThat(plans).extracting(StepPlan::kind).containsExactly(StepKind.DECODE, StepKind.DECODE);
            assertThat(plans).extracting(StepPlan::tokens).containsExactly(3, 2);
        }

        @Test
        void samplesNoMoreRowsInAStepThanTheLastStageHasLogitsFor() {
            SchedulerSettings few = new SchedulerSettings(
                    8, 8, 8, 32, 2, Duration.ofSeconds(30), new BatchingOption.Fixed(1), new SpeculationOption.Off());
            SchedulerRun run = new SchedulerRun(few, 1, KvGroup.full(16));
            for (int i = 0; i < 3; i++) {
                run.add(distinctPrompt(3, i));
            }

            List<StepPlan> plans = run.drain();

            assertThat(plans).extracting(plan -> plan.rows().size()).containsExactly(2, 1);
        }

        @Test
        void takesDecodingSequencesInTurn() {
            SchedulerRun run = new SchedulerRun(decodeBatch(2), 1, KvGroup.full(16));
            for (int i = 0; i < 4; i++) {
                run.add(prompt(3));
            }
            run.answer(run.drain().getFirst());

            StepPlan first = run.drain().getFirst();
            run.answer(first);
            StepPlan second = run.drain().getFirst();

            assertThat(first.rows()).extracting(SequenceRows::sequenceId).containsExactly(0L, 1L);
            assertThat(second.rows()).extracting(SequenceRows::sequenceId).containsExactly(2L, 3L);
        }

        @Test
        void followsTheMeasurementsOfTheStages() {
            SchedulerRun run =
                    new SchedulerRun(with(new BatchingOption.Auto(), new SpeculationOption.Off()), 2, KvGroup.full(16));
            assertThat(run.scheduler.status().batching().decodeGroups()).isEqualTo(2);

            for (int stage = 0; stage < 2; stage++) {
                LinkRate slow = new LinkRate(1_000_000_000, 60_000_000);
                run.scheduler.report(
                        new StageReport(EPOCH, stage, 20_000_000, 1_000_000, 300_000_000, 1_000_000_000, slow));
            }
            run.scheduler.tick(2 * SECOND);

            SchedulerStatus status = run.scheduler.status();
            assertThat(status.batching().decodeGroups()).isEqualTo(8);
            assertThat(status.batching().reason()).contains("8 decode groups");
            assertThat(status.bubbleShares()).containsExactly(0.7, 0.7);
        }

        @Test
        void ignoresReportsAndOutcomesOfAnotherFormation() {
            SchedulerRun run = SchedulerRun.withBlocks(4);
            run.add(prompt(3));
            run.drain();

            run.scheduler.report(new StageReport(EPOCH + 1, 0, 1, 1, 1, 1, LinkRate.UNKNOWN));
            List<SequenceUpdate> updates = run.scheduler.complete(new Failed(EPOCH + 1, 0, "stage 1: lost"));

            assertThat(updates).isEmpty();
            assertThat(run.scheduler.status().bubbleShares()).containsExactly(Double.NaN);
            assertThat(run.scheduler.status().runningSequences()).isEqualTo(1);
        }
    }

    @Nested
    class Order {

        @Test
        void servesInteractiveSequencesBeforeBatchOnes() {
            SchedulerRun run = new SchedulerRun(decodeBatch(1), 1, KvGroup.full(16));
            long batch = run.add(prompt(3).batch());
            long interactive = run.add(prompt(3));

            StepPlan prefill = run.drain().getFirst();
            run.answer(prefill);

            assertThat(prefill.rows()).extracting(SequenceRows::sequenceId).containsExactly(interactive, batch);
            for (int step = 0; step < 3; step++) {
                StepPlan decode = run.drain().getFirst();
                assertThat(decode.rows()).extracting(SequenceRows::sequenceId).containsExactly(interactive);
                run.answer(decode);
            }
        }

        @Test
        void countsABatchSequenceAsInteractiveOnceItHasWaitedTooLong() {
            SchedulerRun run = new SchedulerRun(decodeBatch(1), 1, KvGroup.full(16));
            long batch = run.add(prompt(3).batch());
            run.add(prompt(3));
            run.answer(run.drain().getFirst());
            StepPlan first = run.drain().getFirst();
            run.take(run.scheduler.tick(30 * SECOND));

            run.answer(first);

            assertThat(run.drain().getFirst().rows())
                    .extracting(SequenceRows::sequenceId)
                    .containsExactly(batch);
        }

        @Test
        void admitsNoBatchSequenceWhileAnInteractiveOneWaits() {
            SchedulerRun run = SchedulerRun.withBlocks(4);
            run.add(distinctPrompt(16, 1).upTo(20));
            run.drain();
            run.add(distinctPrompt(60, 2).upTo(64));
            run.add(distinctPrompt(3, 3).batch());

            assertThat(run.drain()).isEmpty();
            assertThat(run.scheduler.status().waitingSequences()).isEqualTo(2);
        }

        @Test
        void goesOnWithABatchPromptThatRunsWhileAnInteractiveSequenceWaitsForRoom() {
            SchedulerRun run = SchedulerRun.withBlocks(8);
            long batch = run.add(distinctPrompt(100, 1).batch());
            List<StepPlan> first = run.drain();
            run.add(distinctPrompt(100, 2));

            first.forEach(run::answer);
            run.drain();

            assertThat(run.rowsOf(batch)).extracting(SequenceRows::tokenCount).containsExactly(32, 32, 32, 4);
        }

        @Test
        void doesNotLetALaterRequestOvertakeOneThatWaitsForBlocks() {
            SchedulerRun run = SchedulerRun.withBlocks(4);
            run.add(distinctPrompt(20, 1));
            run.drain();
            long large = run.add(distinctPrompt(40, 2));
            long small = run.add(distinctPrompt(3, 3));

            run.finish();

            int largeStep = run.plans.indexOf(run.stepsOf(large).getFirst());
            assertThat(run.plans.indexOf(run.stepsOf(small).getFirst())).isGreaterThanOrEqualTo(largeStep);
        }
    }

    @Nested
    class Time {

        @Test
        void endsWhatWasNotAdmittedInTime() {
            SchedulerRun run = SchedulerRun.withBlocks(2);
            run.add(distinctPrompt(20, 1));
            run.drain();
            long waiting = run.add(distinctPrompt(20, 2).limits(SECOND, Long.MAX_VALUE));

            assertThat(run.scheduler.tick(SECOND - 1)).isEmpty();
            List<SequenceUpdate> updates = run.scheduler.tick(SECOND);

            assertThat(updates)
                    .containsExactly(
                            new Broken(waiting, Cause.QUEUE_TIMEOUT, "sequence 1 was not admitted in time"),
                            new Released(waiting, 0, RowCounts.NONE));
        }

        @Test
        void doesNotCountTheTimeAfterAdmissionAsWaiting() {
            SchedulerRun run = SchedulerRun.withBlocks(4);
            run.add(prompt(3).limits(SECOND, Long.MAX_VALUE));
            run.drain();

            assertThat(run.scheduler.tick(2 * SECOND)).isEmpty();
        }

        @Test
        void endsWhatIsNotOverInTimeAndReleasesItWhenItsStepCameBack() {
            SchedulerRun run = SchedulerRun.withBlocks(4);
            long late = run.add(prompt(3).limits(Long.MAX_VALUE, SECOND));
            StepPlan step = run.drain().getFirst();

            assertThat(run.scheduler.tick(SECOND))
                    .containsExactly(new Broken(
                            late, Cause.DEADLINE, "sequence 0 had 3 of up to 11 tokens when its time was over"));
            assertThat(run.answer(step)).containsExactly(new Released(late, 0, new RowCounts(0, 0, 0, 0, 3)));
            assertThat(run.drain().getFirst().ended()).containsExactly(new SequenceEnd(late, 3, true));
        }
    }

    @Nested
    class Ends {

        @Test
        void tellsTheStagesOfAnEndAtOnceWhenNoStepIsDue() {
            SchedulerRun run = SchedulerRun.withBlocks(4);
            long id = run.add(prompt(3).upTo(4));
            run.answer(run.drain().getFirst());

            List<StepPlan> plans = run.drain();

            assertThat(plans).hasSize(1);
            assertThat(plans.getFirst().rows()).isEmpty();
            assertThat(plans.getFirst().ended()).containsExactly(SequenceEnd.over(id));
            assertThat(run.usedBlocks(0)).isZero();
        }

        @Test
        void stopsAtAStopIdAndAtTheLength() {
            SchedulerRun run = SchedulerRun.withBlocks(8);
            Sampling stopping = Sampling.free(SamplingParameters.plain(0, 0, List.of(105)));
            run.add(prompt(3).sampling(stopping));
            run.add(prompt(3).upTo(5));

            run.finish();

            assertThat(run.updates(Generated.class))
                    .filteredOn(token -> token.ending() != null)
                    .extracting(Generated::sequenceId, Generated::position, Generated::ending)
                    .containsExactly(tuple(1L, 4, Ending.LENGTH), tuple(0L, 5, Ending.STOP));
        }

        @Test
        void keepsTheBlocksOfACancelledSequenceUntilItsStepCameBack() {
            SchedulerRun run = SchedulerRun.withBlocks(4);
            long id = run.add(prompt(3));
            StepPlan prefill = run.drain().getFirst();

            assertThat(run.scheduler.end(id)).isEmpty();
            assertThat(run.drain()).isEmpty();
            assertThat(run.usedBlocks(0)).isEqualTo(1);

            assertThat(run.answer(prefill)).hasOnlyElementsOfType(Released.class);
            assertThat(run.drain()).flatExtracting(StepPlan::ended).containsExactly(new SequenceEnd(id, 3, true));
            assertThat(run.usedBlocks(0)).isZero();
        }

        @Test
        void breaksOffAllSequencesOfAFailedStepButNoOthers() {
            SchedulerRun run = SchedulerRun.withBlocks(8);
            long first = run.add(distinctPrompt(32, 1));
            long second = run.add(distinctPrompt(3, 2));
            List<StepPlan> plans = run.drain();

            run.take(run.scheduler.complete(new Failed(EPOCH, plans.getFirst().stepId(), "stage 1: out of memory")));
            run.answer(plans.getLast());
            run.finish();

            assertThat(run.updates(Broken.class))
                    .containsExactly(new Broken(first, Cause.STEP_FAILED, "stage 1: out of memory"));
            assertThat(run.updates(Generated.class)).hasSize(8).allMatch(token -> token.sequenceId() == second);
        }

        @Test
        void breaksOffASequenceWithBadLogitsAlone() {
            SchedulerRun run = SchedulerRun.withBlocks(8);
            long bad = run.add(prompt(3));
            long good = run.add(prompt(3));
            StepPlan step = run.drain().getFirst();

            run.take(run.scheduler.complete(new Sampled(
                    EPOCH,
                    step.stepId(),
                    List.of(new SampledToken(good, 3, 7)),
                    List.of(),
                    List.of(new BadLogits(bad, "stage 2: NaN")))));

            assertThat(run.updates(Broken.class)).containsExactly(new Broken(bad, Cause.BAD_LOGITS, "stage 2: NaN"));
            assertThat(run.updates(Generated.class))
                    .extracting(Generated::sequenceId)
                    .containsExactly(good);
        }

        @Test
        void refusesATokenThatDoesNotFollow() {
            SchedulerRun run = SchedulerRun.withBlocks(8);
            long id = run.add(prompt(3));
            StepPlan step = run.drain().getFirst();

            run.take(run.scheduler.complete(new Sampled(EPOCH, step.stepId(), List.of(new SampledToken(id, 9, 7)))));

            assertThat(run.updates(Broken.class))
                    .containsExactly(new Broken(
                            id, Cause.STEP_FAILED, "the last stage sent no token for position 3 of sequence 0"));
        }
    }

    @Nested
    class Admissions {

        @Test
        void refusesWhatCouldNeverRunAlone() {
            SchedulerRun run = SchedulerRun.withBlocks(3);

            assertThatThrownBy(() -> run.add(prompt(10).upTo(49)))
                    .hasMessage("request request 0, 1 sequences of up to 49 tokens: the pipeline holds 48,"
                            + " 8 sequences may wait");
        }

        @Test
        void refusesMoreThanMayWait() {
            SchedulerRun run = SchedulerRun.withBlocks(3);

            assertThatThrownBy(() -> run.add(prompt(10).choices(9))).hasMessageContaining("8 sequences may wait");
            run.add(prompt(10).choices(8));
            assertThat(run.scheduler.waitingRoom()).isZero();
        }

        @Test
        void leavesABlockFreeForEachRunningSequence() {
            SchedulerRun run = SchedulerRun.withBlocks(3);
            run.add(distinctPrompt(16, 1));
            run.add(distinctPrompt(16, 2));
            run.add(distinctPrompt(1, 3));

            run.drain();

            assertThat(run.scheduler.status().runningSequences()).isEqualTo(2);
            assertThat(run.scheduler.status().waitingSequences()).isEqualTo(1);
        }

        @Test
        void beginsBehindAPrefixOnceTheLastStageHasConfirmedIt() {
            SchedulerRun run = SchedulerRun.withBlocks(16);
            run.add(prompt(40));
            long early = run.add(prompt(40));
            run.drain().forEach(run::answer);
            long later = run.add(prompt(40));
            run.drain();

            assertThat(run.rowsOf(early).getFirst().firstPosition()).isZero();
            SequenceRows hit = run.rowsOf(later).getFirst();
            assertThat(hit.firstPosition()).isEqualTo(32);
            assertThat(hit.tokenCount()).isEqualTo(8);
            assertThat(run.stepsOf(later).getFirst().starts())
                    .extracting(SequenceStart::cachedTokens)
                    .containsExactly(32);
        }

        @Test
        void sharesNothingBetweenSalts() {
            SchedulerRun run = SchedulerRun.withBlocks(16);
            run.add(prompt(40).salt("a"));
            run.finish();
            long other = run.add(prompt(40).salt("b"));

            run.finish();

            assertThat(run.rowsOf(other).getFirst().firstPosition()).isZero();
        }

        @Test
        void reportsWhatWasCachedAndCountsTheRest() {
            SchedulerRun run = SchedulerRun.withBlocks(16);
            run.add(prompt(40).upTo(44));
            run.finish();
            long hit = run.add(prompt(40).upTo(44));

            run.finish();

            assertThat(run.updates(Released.class).getLast())
                    .isEqualTo(new Released(hit, 32, new RowCounts(40 - 32 + 4 - 1, 0, 0, 0, 0)));
        }
    }

    @Nested
    class Preemptions {

        @Test
        void takesTheNewestAndComputesItAgainWithWhatItHadGenerated() {
            SchedulerRun run = SchedulerRun.withBlocks(3);
            long older = run.add(distinctPrompt(15, 1).upTo(40));
            long newer = run.add(distinctPrompt(14, 2).upTo(40));

            run.finish();

            List<SequenceStart> starts = run.plans.stream()
                    .flatMap(plan -> plan.starts().stream())
                    .filter(start -> start.sequenceId() == newer)
                    .toList();
            assertThat(starts).hasSizeGreaterThan(1);
            assertThat(run.plans).flatExtracting(StepPlan::ended).contains(new SequenceEnd(newer, 0, false));
            assertThat(run.updates(Generated.class))
                    .filteredOn(token -> token.sequenceId() == newer)
                    .extracting(Generated::position)
                    .containsExactlyElementsOf(IntStream.range(14, 40).boxed().toList());
            assertThat(run.updates(Released.class))
                    .filteredOn(released -> released.sequenceId() == newer)
                    .allSatisfy(released -> {
                        assertThat(released.rows().computed()).isEqualTo(14 + 26 - 1);
                        assertThat(released.rows().recomputed()).isPositive();
                    });
            assertThat(run.stepsOf(older)).isNotEmpty();
            assertThat(run.scheduler.status().preemptions()).isPositive();
        }

        @Test
        void takesABatchSequenceBeforeAnInteractiveOne() {
            SchedulerRun run = SchedulerRun.withBlocks(3);
            long batch = run.add(distinctPrompt(14, 1).upTo(40).batch());
            run.answer(run.drain().getFirst());
            run.add(distinctPrompt(15, 2).upTo(40));

            run.finish();

            assertThat(run.plans)
                    .flatExtracting(StepPlan::ended)
                    .filteredOn(end -> !end.over())
                    .extracting(SequenceEnd::sequenceId)
                    .isNotEmpty()
                    .containsOnly(batch);
        }

        @Test
        void givesASequenceWhoseSamplingNeedsItsHistoryAllIdsSoFar() {
            SchedulerRun run = SchedulerRun.withBlocks(3);
            Sampling penalised = Sampling.free(new SamplingParameters(
                    0,
                    Filters.OFF,
                    new Penalties(1.2f, 0, 0),
                    TokenRules.stoppingAt(List.of()),
                    0,
                    SamplingParameters.NO_LOGPROBS));
            run.add(distinctPrompt(15, 1).upTo(40));
            long penalisedId = run.add(distinctPrompt(14, 2).upTo(40).sampling(penalised));

            run.finish();

            List<SequenceStart> starts = run.plans.stream()
                    .flatMap(plan -> plan.starts().stream())
                    .filter(start -> start.sequenceId() == penalisedId)
                    .toList();
            assertThat(starts.getFirst().history()).hasSize(14);
            assertThat(starts.getLast().history()).hasSizeGreaterThan(14).contains(114);
        }
    }

    @Nested
    class Choices {

        @Test
        void computeThePromptOnceAndCopyThePartialBlock() {
            SchedulerRun run = SchedulerRun.withBlocks(16);
            run.add(prompt(20).choices(3).upTo(24));
            StepPlan prompt = run.drain().getFirst();
            assertThat(prompt.rows()).extracting(SequenceRows::sequenceId).containsExactly(0L);

            run.answer(prompt);
            StepPlan others = run.drain().stream()
                    .filter(plan -> plan.kind() == StepKind.PREFILL)
                    .findFirst()
                    .orElseThrow();

            assertThat(others.rows())
                    .containsExactly(
                            new SequenceRows(1, 19, 1, 1, 1, List.of(1)), new SequenceRows(2, 19, 1, 1, 1, List.of(1)));
            int partial = prompt.blocks().appends().getFirst().blockIds().getLast();
            assertThat(others.blocks().copies()).extracting(BlockCopy::source).containsOnly(partial);
            assertThat(others.starts()).extracting(SequenceStart::choice).containsExactly(1, 2);
        }

        @Test
        void countThePromptOnceAndTheRowsThatOthersRepeatAsRecomputed() {
            SchedulerRun run = SchedulerRun.withBlocks(16);
            run.add(prompt(20).choices(3).upTo(24));

            run.finish();

            assertThat(run.updates(Released.class))
                    .extracting(Released::rows)
                    .containsExactlyInAnyOrder(
                            new RowCounts(20 + 4 - 1, 0, 0, 0, 0),
                            new RowCounts(4 - 1, 1, 0, 0, 0),
                            new RowCounts(4 - 1, 1, 0, 0, 0));
        }

        @Test
        void goOnWithAnotherLeaderWhenTheFirstIsEndedBeforeThePromptIsComputed() {
            SchedulerRun run = SchedulerRun.withBlocks(16);
            run.add(prompt(50).choices(3).upTo(54));
            List<StepPlan> first = run.drain();
            run.take(run.scheduler.end(0));
            first.forEach(run::answer);

            run.finish();

            assertThat(run.rowsOf(1)).extracting(SequenceRows::tokenCount).startsWith(32, 18);
            assertThat(run.updates(Generated.class)).hasSize(2 * 4);
            long computed = run.updates(Released.class).stream()
                    .mapToLong(released -> released.rows().computed())
                    .sum();
            assertThat(computed).isEqualTo(50 + 2 * 3);
        }

        @Test
        void reuseNoMoreThanTheirRequestHasComputedOrReportedAsCached() {
            SchedulerRun run = SchedulerRun.withBlocks(32);
            run.add(prompt(64).choices(2).upTo(68));
            run.add(prompt(64).upTo(68));
            StepPlan firstPiece = run.drain().getFirst();
            run.answer(firstPiece);
            StepPlan otherRequest = run.drain().getLast();
            run.answer(otherRequest);

            run.take(run.scheduler.end(0));
            run.finish();

            assertThat(otherRequest.rows()).extracting(SequenceRows::sequenceId).containsExactly(2L);
            assertThat(run.rowsOf(1).getFirst().firstPosition()).isEqualTo(32);
            assertThat(run.updates(Released.class))
                    .filteredOn(released -> released.sequenceId() < 2)
                    .containsExactly(
                            new Released(0, 0, new RowCounts(32, 0, 0, 0, 32)),
                            new Released(1, 0, new RowCounts(32 + 4 - 1, 0, 0, 0, 0)));
        }

        @Test
        void areNotLostWhenTheLeaderEndsWithItsFirstToken() {
            SchedulerRun run = SchedulerRun.withBlocks(16);
            run.add(prompt(50).choices(4).upTo(51));

            run.finish();

            assertThat(run.updates(Generated.class))
                    .extracting(Generated::sequenceId)
                    .containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
        }
    }

    @Nested
    class Windows {

        @Test
        void areTrimmedWhileTheFullGroupKeepsItsBlocks() {
            SchedulerRun run = new SchedulerRun(SETTINGS, 1, KvGroup.full(16), new KvGroup(20, 8));
            long id = run.add(prompt(10).upTo(120));
            int mostWindowBlocks = 0;

            List<StepPlan> due = run.drain();
            while (!due.isEmpty()) {
                mostWindowBlocks = Math.max(mostWindowBlocks, run.usedBlocks(1));
                due.forEach(run::answer);
                due = run.drain();
            }

            assertThat(mostWindowBlocks).isLessThanOrEqualTo(3);
            assertThat(run.plans.stream().flatMap(plan -> plan.blocks().trims().stream()))
                    .isNotEmpty()
                    .allMatch(trim -> trim.sequenceId() == id && trim.kvGroup() == 1)
                    .extracting(BlockTrim::firstKept)
                    .isSorted();
        }

        @Test
        void boundNeitherLengthNorPromptWhenTheyHoldOneWindowAndTwoBlocks() {
            SchedulerRun run = new SchedulerRun(SETTINGS, 1, KvGroup.full(16), new KvGroup(32, 4));
            run.add(prompt(200).upTo(250));

            run.finish();

            assertThat(run.updates(Generated.class)).hasSize(50);
        }
    }

    @Nested
    class PromptScores {

        private static final Sampling SCORED = new Sampling(SamplingParameters.plain(0, 0, List.of()), 3, null);

        @Test
        void needAllRowsSmallPiecesAndTheIds() {
            SchedulerSettings settings = new SchedulerSettings(
                    8,
                    8,
                    8,
                    1024,
                    128,
                    Duration.ofSeconds(30),
                    new BatchingOption.Fixed(1),
                    new SpeculationOption.Off());
            SchedulerRun run = new SchedulerRun(settings, 1, KvGroup.full(32));
            run.add(prompt(100));
            run.finish();
            long scored = run.add(prompt(100).sampling(SCORED));

            run.drain();

            assertThat(run.rowsOf(scored)).extracting(SequenceRows::tokenCount).containsExactly(64, 36);
            SequenceStart start = run.stepsOf(scored).getFirst().starts().getFirst();
            assertThat(start.history()).hasSize(100);
            assertThat(start.promptLogprobs()).isEqualTo(3);
            assertThat(start.cachedTokens()).isZero();
        }

        @Test
        void comeOnceInOrderAndBeforeTheFirstToken() {
            SchedulerRun run = SchedulerRun.withBlocks(16);
            long id = run.add(prompt(3).sampling(SCORED));
            StepPlan step = run.drain().getFirst();
            List<TokenLogprobs> scores =
                    List.of(new TokenLogprobs(-1, 1, List.of()), new TokenLogprobs(-2, 2, List.of()));

            List<SequenceUpdate> updates = run.scheduler.complete(new Sampled(
                    EPOCH,
                    step.stepId(),
                    List.of(new SampledToken(id, 3, 7)),
                    List.of(new PromptLogprobs(id, 1, scores)),
                    List.of()));

            assertThat(updates).containsExactly(new PromptScored(id, 1, scores), new Generated(id, 3, 7, null, null));
        }
    }

    @Nested
    class Drafts {

        private final SchedulerRun run = new SchedulerRun(
                with(new BatchingOption.Fixed(1), new SpeculationOption.Fixed(4)), 1, KvGroup.full(16));

        /** A prompt whose last id stood there before, so that 11, 12, 13, 14 are proposed behind it. */
        private StepPlan verifyStep(int maxTokens) {
            run.scheduler.add(new RequestSpec(
                    "request",
                    0,
                    1,
                    List.of(10, 11, 12, 13, 14, 15),
                    List.of(),
                    maxTokens,
                    Sampling.free(SamplingParameters.plain(0, 0, List.of(13))),
                    Priority.INTERACTIVE,
                    "",
                    RequestSpec.TimeLimits.NONE));
            StepPlan prompt = run.drain().getFirst();
            run.take(run.scheduler.complete(new Sampled(EPOCH, prompt.stepId(), List.of(new SampledToken(0, 6, 10)))));
            return run.drain().getFirst();
        }

        private List<SequenceUpdate> answer(StepPlan verify, Integer... ids) {
            List<SampledToken> tokens = IntStream.range(0, ids.length)
                    .mapToObj(i -> new SampledToken(0, 7 + i, ids[i]))
                    .toList();
            return run.take(run.scheduler.complete(new Sampled(EPOCH, verify.stepId(), tokens)));
        }

        @Test
        void areVerifiedBehindTheLastId() {
            StepPlan verify = verifyStep(40);

            assertThat(verify.kind()).isEqualTo(StepKind.VERIFY);
            assertThat(verify.rows()).containsExactly(new SequenceRows(0, 6, 5, 5, 0, List.of(10, 11, 12, 13, 14)));
        }

        @Test
        void giveAllTokensUpToTheFirstThatWasWrong() {
            StepPlan verify = verifyStep(40);

            List<SequenceUpdate> updates = answer(verify, 11, 12, 99);
            StepPlan next = run.drain().getFirst();

            assertThat(updates)
                    .containsExactly(
                            new Generated(0, 7, 11, null, null),
                            new Generated(0, 8, 12, null, null),
                            new Generated(0, 9, 99, null, null));
            assertThat(next.verified()).containsExactly(new VerifiedRows(0, 2, 2));
            assertThat(next.rows().getFirst().firstPosition()).isEqualTo(9);
        }

        @Test
        void areDroppedBehindAStopIdAndCountedAsRejected() {
            StepPlan verify = verifyStep(40);

            List<SequenceUpdate> updates = answer(verify, 11, 12, 13, 14, 15);

            assertThat(updates)
                    .containsExactly(
                            new Generated(0, 7, 11, null, null),
                            new Generated(0, 8, 12, null, null),
                            new Generated(0, 9, 13, null, Ending.STOP),
                            new Released(0, 0, new RowCounts(6 + 1, 0, 2, 2, 0)));
        }

        @Test
        void neverRunPastTheLength() {
            StepPlan verify = verifyStep(9);

            assertThat(verify.rows().getFirst().tokenCount()).isEqualTo(2);
            assertThat(answer(verify, 11, 12)).contains(new Generated(0, 8, 12, null, Ending.LENGTH));
        }

        @Test
        void breakTheSequenceOffWhereAStageTookAnotherForRight() {
            StepPlan verify = verifyStep(40);

            assertThat(answer(verify, 98, 12)).first().isInstanceOf(Broken.class);
        }

        @Test
        void areNotMadeWhereSpeculationIsOff() {
            SchedulerRun plain = SchedulerRun.withBlocks(16);
            plain.add(prompt(20));

            plain.finish();

            assertThat(plain.steps(StepKind.VERIFY)).isZero();
        }
    }
}
