package dev.molink.stagenode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.BadLogits;
import dev.molink.stagenode.plan.StepOutcome.PromptLogprobs;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.TokenLogprobs;
import dev.molink.stagenode.sampling.DeskRun.Schedule;
import dev.molink.stagenode.sampling.DeskRun.Text;
import dev.molink.stagenode.sampling.DeskRun.Wish;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SamplingDeskTests {

    private static final float BAD = Float.NaN;

    /** The ids whose sum with the last id accepted leaves no remainder by 3 are forbidden; after a multiple of 7, none. */
    private record ThirdsForbidden(int last, int vocabulary) implements TokenConstraint {

        @Override
        public long @Nullable [] allowed() {
            if (last % 7 == 0) {
                return null;
            }
            BitSet mask = new BitSet();
            for (int id = 0; id < vocabulary; id++) {
                mask.set(id, allows(id));
            }
            return mask.toLongArray();
        }

        private boolean allows(int id) {
            return last % 7 == 0 || (last + id) % 3 != 0;
        }

        @Override
        public TokenConstraint accept(int tokenId) {
            if (!allows(tokenId)) {
                throw new IllegalArgumentException("token %d behind %d".formatted(tokenId, last));
            }
            return new ThirdsForbidden(tokenId, vocabulary);
        }
    }

    @Nested
    class TheSameText {

        @Test
        void comesOfEveryBatchPieceSizePreemptionAndDraft() {
            int rounds = Boolean.getBoolean("molink.test.full") ? 1_000 : 100;
            long plainSteps = 0;
            long draftedSteps = 0;
            for (long seed = 0; seed < rounds; seed++) {
                Random random = new Random(seed);
                int vocabulary = 12 + random.nextInt(60);
                List<Wish> wishes = wishes(random, vocabulary);
                DeskRun plain = run(vocabulary, seed, Schedule.PLAIN);
                DeskRun drafted = run(vocabulary, seed, new Schedule(Integer.MAX_VALUE, 1, 0, 0.8, seed));

                List<Text> expected = plain.run(wishes);

                assertThat(drafted.run(wishes)).as("with drafts, seed %d", seed).isEqualTo(expected);
                for (Schedule schedule : List.of(
                        new Schedule(1, 1, 0, 0, seed),
                        new Schedule(7, 4, 0, 0, seed),
                        new Schedule(1 + random.nextInt(9), 16, 0, 0.5, seed),
                        new Schedule(5, 3, 0.05, 0, seed),
                        new Schedule(1 + random.nextInt(9), 1 + random.nextInt(8), 0.05, 0.7, seed))) {
                    assertThat(run(vocabulary, seed, schedule).run(wishes))
                            .as("seed %d, %s", seed, schedule)
                            .isEqualTo(expected);
                }
                plainSteps += plain.steps();
                draftedSteps += drafted.steps();
            }
            assertThat(draftedSteps).as("steps with drafts").isLessThan(plainSteps * 9 / 10);
        }

        private static DeskRun run(int vocabulary, long seed, Schedule schedule) {
            return new DeskRun(vocabulary, seed, hash -> Optional.of(new ThirdsForbidden(0, vocabulary)), schedule);
        }

        private static List<Wish> wishes(Random random, int vocabulary) {
            RandomRequests requests = new RandomRequests(random, vocabulary);
            List<Wish> wishes = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                wishes.add(new Wish(
                        requests.ids(1 + random.nextInt(20)),
                        requests.next(random.nextInt(5) - 1),
                        random.nextInt(3),
                        1 + random.nextInt(20),
                        random.nextBoolean() ? random.nextInt(4) : SamplingParameters.NO_LOGPROBS,
                        random.nextInt(3) == 0 ? "thirds" : null));
            }
            return wishes;
        }
    }

    private final SamplingDesk desk = new SamplingDesk(
            "stage 2",
            hash -> hash.equals("none")
                    ? Optional.of(new FixedMask(List.of()))
                    : hash.equals("evens") ? Optional.of(new FixedMask(List.of(0, 2))) : Optional.empty());

    @Nested
    class Drafts {

        /** Row i of the logits has its peak at id i. */
        private final float[] rising = {9, 0, 0, 0, /* next row */ 0, 9, 0, 0, /* next row */ 0, 0, 9, 0};

        @Test
        void areAcceptedUpToTheFirstThatWasWrong() {
            desk.start(greedy(1, List.of(), 0));

            assertThat(verify(List.of(3, 0, 3), rising).tokens())
                    .containsExactly(new SampledToken(1, 11, 0), new SampledToken(1, 12, 1));
        }

        @Test
        void giveOneTokenMoreWhereAllWereRight() {
            desk.start(greedy(1, List.of(), 0));

            assertThat(verify(List.of(3, 0, 1), rising).tokens())
                    .extracting(SampledToken::tokenId)
                    .containsExactly(0, 1, 2);
        }

        @Test
        void endWithAStopId() {
            desk.start(greedy(1, List.of(1), 0));

            assertThat(verify(List.of(3, 0, 1), rising).tokens())
                    .extracting(SampledToken::tokenId)
                    .containsExactly(0, 1);
        }

        @Test
        void areGoodUpToBadLogitsWhichTheNextStepMeets() {
            desk.start(greedy(1, List.of(), 0));
            float[] broken = {9, 0, 0, 0, /* next row */ 0, BAD, 0, 0, /* next row */ 0, 0, 9, 0};

            Sampled outcome = verify(List.of(3, 0, 1), broken);

            assertThat(outcome.tokens()).containsExactly(new SampledToken(1, 11, 0));
            assertThat(outcome.badLogits()).isEmpty();
        }

        @Test
        void areRefusedOutsideOfVerifySteps() {
            desk.start(greedy(1, List.of(), 0));
            SequenceRows rows = new SequenceRows(1, 10, 3, 3, 0, List.of(3, 0, 1));

            assertThatThrownBy(() -> sample(StepKind.DECODE, List.of(rows), rising))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("sequence 1: 3 rows to sample, but no drafts to verify");
        }

        private Sampled verify(List<Integer> tokenIds, float[] logits) {
            return sample(StepKind.VERIFY, List.of(new SequenceRows(1, 10, 3, 3, 0, tokenIds)), logits);
        }
    }

    @Nested
    class PromptsLogprobs {

        private final SequenceStart start =
                new SequenceStart(1, "r", 0, 4, 0, Sequences.GREEDY, List.of(3, 0, 1, 2), 1, null);

        @Test
        void areThoseOfTheRowBefore() {
            desk.start(start);
            float[] logits = {0, 2, 0, 0, /* next row */ 0, 0, 0, 0, /* next row */ 3, 0, 0, 0};

            PromptLogprobs found = onlyPiece(0, 3, false, logits);

            assertThat(found.firstPosition()).isEqualTo(1);
            assertThat(found.logprobs())
                    .containsExactly(
                            BruteForce.logprobs(new float[] {0, 2, 0, 0}, 0, 1),
                            BruteForce.logprobs(new float[] {0, 0, 0, 0}, 1, 1),
                            BruteForce.logprobs(new float[] {3, 0, 0, 0}, 2, 1));
        }

        @Test
        void endWithThePrompt() {
            desk.start(start);

            PromptLogprobs found = onlyPiece(2, 2, true, new float[8]);

            assertThat(found.firstPosition()).isEqualTo(3);
            assertThat(found.logprobs()).hasSize(1);
        }

        @Test
        void areNotGivenForWhatWasGenerated() {
            desk.start(new SequenceStart(1, "r", 0, 2, 0, Sequences.GREEDY, List.of(3, 0, 1, 2), 1, null));

            Sampled outcome =
                    sample(StepKind.PREFILL, List.of(SequenceRows.fresh(1, 1, 3, true, List.of())), new float[] {
                        0, 0, 0, 0, /* next row */ 0, 0, 0, 0, /* next row */ 0, 0, 9, 0
                    });

            assertThat(outcome.promptLogprobs()).isEmpty();
            assertThat(outcome.tokens()).containsExactly(new SampledToken(1, 4, 2));
        }

        @Test
        void makeTheSequenceBadIfTheirRowIs() {
            desk.start(start);

            Sampled outcome =
                    sample(StepKind.PREFILL, List.of(SequenceRows.fresh(1, 0, 2, false, List.of())), new float[] {
                        0, BAD, 0, 0, /* next row */ 0, 0, 0, 0
                    });

            assertThat(outcome.badLogits()).containsExactly(new BadLogits(1, "stage 2: the logit of token 1 is NaN"));
            assertThat(outcome.promptLogprobs()).isEmpty();
        }

        @Test
        void needThePromptInTheHistory() {
            SequenceStart without = new SequenceStart(1, "r", 0, 4, 0, Sequences.GREEDY, List.of(3, 0), 1, null);

            assertThatThrownBy(() -> desk.start(without))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("sequence 1 wants log-probabilities of its prompt, of whose 4 ids its history holds 2");
        }

        private PromptLogprobs onlyPiece(int first, int count, boolean sample, float[] logits) {
            Sampled outcome =
                    sample(StepKind.PREFILL, List.of(SequenceRows.fresh(1, first, count, sample, List.of())), logits);
            assertThat(outcome.promptLogprobs()).hasSize(1);
            return outcome.promptLogprobs().getFirst();
        }
    }

    @Nested
    class Rules {

        private final float[] one = {1, 9, 2, 5};

        @Test
        void forbidStopIdsBeforeMinTokens() {
            desk.start(start(1, rules(List.of(1), 2), null));

            assertThat(decode(10, one)).isEqualTo(3);
            assertThat(decode(11, one)).isEqualTo(3);
            assertThat(decode(12, one)).isEqualTo(1);
        }

        @Test
        void countWhatWasGeneratedInTheStepBefore() {
            SamplingParameters frequency =
                    Sequences.parameters(0, Filters.OFF, new Penalties(1, 3, 0), TokenRules.stoppingAt(List.of()));
            desk.start(start(1, frequency, null));

            assertThat(List.of(decode(10, one), decode(11, one), decode(12, one), decode(13, one)))
                    .as("9, 6, then 3 against 5")
                    .containsExactly(1, 1, 3, 1);
        }

        @Test
        void countALongHistory() {
            SamplingParameters frequency =
                    Sequences.parameters(0, Filters.OFF, new Penalties(1, 1, 0), TokenRules.stoppingAt(List.of()));
            List<Integer> history = new Random(1).ints(5_000, 0, 3_000).boxed().toList();
            float[] flat = new float[3_001];
            flat[3_000] = -3.5f;
            desk.start(new SequenceStart(1, "r", 0, 0, 0, frequency, history, SamplingParameters.NO_LOGPROBS, null));
            double[] expected = BruteForce.distribution(flat, Sequences.start(0, 0, history, frequency, null), null);

            assertThat(expected[decode(5_000, flat)]).isEqualTo(1);
        }

        @Test
        void nameATokenThatIsNotInTheVocabulary() {
            TokenRules rules = new TokenRules(Map.of(4, 1f), List.of(), List.of(), 0);
            desk.start(start(1, Sequences.parameters(0, Filters.OFF, Penalties.OFF, rules), null));

            assertThat(bad(10, one)).isEqualTo("stage 2: token 4 is named, but the vocabulary ends with 3");
        }

        @Test
        void keepToTheGrammar() {
            desk.start(start(1, Sequences.GREEDY, "evens"));

            assertThat(decode(10, one)).isEqualTo(2);
        }

        @Test
        void sayThatTheGrammarAllowsNothing() {
            desk.start(start(1, rules(List.of(1), 2), "none"));

            assertThat(bad(10, one))
                    .isEqualTo("stage 2: no token may be picked at position 10;"
                            + " tokens are ruled out by the grammar, min_tokens");
        }

        @Test
        void sayThatTheGrammarIsNotHere() {
            desk.start(start(1, Sequences.GREEDY, "c0ffee"));

            assertThat(bad(10, one)).isEqualTo("stage 2: the grammar c0ffee has not come here");
        }

        @Test
        void sayThatTheHistoryBreaksTheGrammar() {
            desk.start(Sequences.start(0, 1, List.of(1, 3), Sequences.GREEDY, "evens"));

            assertThat(bad(2, one))
                    .isEqualTo("stage 2: the grammar evens does not allow what was generated: token 3 may not come");
        }

        private SamplingParameters rules(List<Integer> stop, int minTokens) {
            return Sequences.parameters(
                    0, Filters.OFF, Penalties.OFF, new TokenRules(Map.of(), List.of(), stop, minTokens));
        }

        private int decode(int position, float[] logits) {
            Sampled outcome = step(position, logits);
            assertThat(outcome.badLogits()).isEmpty();
            return outcome.tokens().getFirst().tokenId();
        }

        private String bad(int position, float[] logits) {
            Sampled outcome = step(position, logits);
            assertThat(outcome.tokens()).isEmpty();
            return outcome.badLogits().getFirst().reason();
        }

        private Sampled step(int position, float[] logits) {
            return sample(StepKind.DECODE, List.of(SequenceRows.fresh(1, position - 1, 1, true, List.of())), logits);
        }
    }

    @Test
    void leavesTheOtherSequencesOfTheStepInPeace() {
        desk.start(greedy(1, List.of(), 0));
        desk.start(greedy(2, List.of(), 0));

        Sampled outcome = sample(
                StepKind.DECODE,
                List.of(SequenceRows.fresh(1, 4, 1, true, List.of()), SequenceRows.fresh(2, 5, 1, true, List.of())),
                new float[] {0, BAD, 0, 0, /* next row */ 0, 0, 9, 0});

        assertThat(outcome.badLogits()).containsExactly(new BadLogits(1, "stage 2: the logit of token 1 is NaN"));
        assertThat(outcome.tokens()).containsExactly(new SampledToken(2, 6, 2));
        assertThat(outcome.epoch()).isEqualTo(8);
        assertThat(outcome.stepId()).isEqualTo(21);
    }

    @Test
    void givesLogprobsOfTheLogitsAsTheModelGaveThem() {
        TokenRules rules = new TokenRules(Map.of(1, -50f), List.of(), List.of(), 0);
        desk.start(start(1, new SamplingParameters(0, Filters.OFF, Penalties.OFF, rules, 1, 2), null));
        float[] logits = {1, 9, 2, 5};

        TokenLogprobs found = sample(StepKind.DECODE, List.of(SequenceRows.fresh(1, 4, 1, true, List.of())), logits)
                .tokens()
                .getFirst()
                .logprobs();

        assertThat(found).isEqualTo(BruteForce.logprobs(logits, 3, 2));
    }

    @Test
    void refusesLogitsThatAreNotThoseOfThePlan() {
        desk.start(greedy(1, List.of(), 0));
        SequenceRows rows = SequenceRows.fresh(1, 4, 3, true, List.of());

        assertThatThrownBy(() -> sample(StepKind.PREFILL, List.of(rows), new float[12]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 rows of logits came for the 1 rows that the step selects");
    }

    @Test
    void forgetsASequenceThatEnded() {
        desk.start(greedy(1, List.of(), 0));
        desk.end(1);
        desk.end(7);

        assertThat(desk.sequences()).isZero();
        assertThatThrownBy(() ->
                        sample(StepKind.DECODE, List.of(SequenceRows.fresh(1, 4, 1, true, List.of())), new float[4]))
                .hasMessage("sequence 1 was never started");
    }

    private Sampled sample(StepKind kind, List<SequenceRows> rows, float[] logits) {
        StepPlan plan = new StepPlan(8, 21, kind, rows, List.of(), BlockChanges.NONE, List.of(), List.of());
        int vocabulary = logits.length % 4 == 0 ? 4 : logits.length;
        int count = logits.length / vocabulary;
        return desk.sample(
                plan, new StageOutput.Logits(MemorySegment.ofArray(logits), count, vocabulary, new int[count]));
    }

    private static SequenceStart greedy(long sequenceId, List<Integer> stop, int minTokens) {
        TokenRules rules = new TokenRules(Map.of(), List.of(), stop, minTokens);
        return start(sequenceId, Sequences.parameters(0, Filters.OFF, Penalties.OFF, rules), null);
    }

    /** Of a prompt of ten ids. */
    private static SequenceStart start(long sequenceId, SamplingParameters sampling, @Nullable String grammar) {
        return new SequenceStart(
                sequenceId, "r", 0, 10, 0, sampling, List.of(), SamplingParameters.NO_LOGPROBS, grammar);
    }
}
