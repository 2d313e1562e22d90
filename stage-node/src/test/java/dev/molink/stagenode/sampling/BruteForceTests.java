package dev.molink.stagenode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.TokenLogprobs;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random combinations of all parameters against {@link BruteForce}. */
class BruteForceTests {

    private static final int ROUNDS = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;

    @Test
    void everyCombinationHasTheDistributionOfBruteForce() {
        int refused = 0;
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            int vocabulary = 3 + random.nextInt(random.nextInt(10) == 0 ? 3000 : 60);
            RandomRequests requests = new RandomRequests(random, vocabulary);
            float[] logits = logits(vocabulary, random);
            int prompt = random.nextInt(20);
            boolean constrained = random.nextInt(4) == 0;
            SequenceStart start = Sequences.start(
                    0,
                    prompt,
                    requests.ids(prompt + random.nextInt(20)),
                    requests.next(SamplingParameters.NO_LOGPROBS),
                    constrained ? "g" : null);
            Set<Integer> grammar = constrained ? new HashSet<>(requests.distinctIds(vocabulary / 2)) : null;

            double[] found = distribution(logits, start, grammar);

            if (found == null) {
                refused++;
                continue;
            }
            double[] expected = BruteForce.distribution(logits, start, grammar);
            for (int id = 0; id < vocabulary; id++) {
                assertThat(found[id])
                        .as("seed %d, token %d, %s", seed, id, start.sampling())
                        .isCloseTo(expected[id], within(1e-5));
            }
        }
        assertThat(refused).as("requests whose rules left nothing").isLessThan(ROUNDS / 10);
    }

    /** Null if no token was left, which must then be so. */
    private static double @Nullable [] distribution(
            float[] logits, SequenceStart start, @Nullable Set<Integer> grammar) {
        GrammarSource grammars = hash -> Optional.of(new Blind(new FixedMask(List.copyOf(grammar))));
        try {
            return new Sampler(logits.length)
                    .distribution(
                            MemorySegment.ofArray(logits),
                            new SampledSequence(start, grammars),
                            start.history().size());
        } catch (BadLogitsException e) {
            assertThat(e).hasMessageStartingWith("no token may be picked at position");
            assertThat(BruteForce.leavesNothing(logits, start, grammar)).isTrue();
            return null;
        }
    }

    /** A mask that does not care about the random histories. */
    private record Blind(FixedMask mask) implements TokenConstraint {

        @Override
        public long[] allowed() {
            return mask.allowed();
        }

        @Override
        public TokenConstraint accept(int tokenId) {
            return this;
        }
    }

    @Test
    void logprobsAreThoseOfBruteForce() throws BadLogitsException {
        for (long seed = 0; seed < ROUNDS / 4; seed++) {
            Random random = new Random(seed);
            int vocabulary = 1 + random.nextInt(2000);
            float[] logits = logits(vocabulary, random);
            int tokenId = random.nextInt(vocabulary);
            int alternatives = random.nextInt(21);

            TokenLogprobs found =
                    new Sampler(vocabulary).logprobs(MemorySegment.ofArray(logits), 0, tokenId, alternatives);

            TokenLogprobs expected = BruteForce.logprobs(logits, tokenId, alternatives);
            assertThat(found.rank()).as("seed %d", seed).isEqualTo(expected.rank());
            assertThat(found.top().stream().map(TokenLogprobs.Alternative::tokenId))
                    .as("seed %d", seed)
                    .isEqualTo(expected.top().stream()
                            .map(TokenLogprobs.Alternative::tokenId)
                            .toList());
            assertSame(seed, found.logprob(), expected.logprob());
            for (int i = 0; i < found.top().size(); i++) {
                assertSame(
                        seed,
                        found.top().get(i).logprob(),
                        expected.top().get(i).logprob());
            }
        }
    }

    private static void assertSame(long seed, float found, float expected) {
        if (expected == Float.NEGATIVE_INFINITY) {
            assertThat(found).as("seed %d", seed).isEqualTo(expected);
            return;
        }
        assertThat(found).as("seed %d", seed).isCloseTo(expected, within(1e-6f + Math.ulp(expected)));
    }

    /** Gaussian, with equals, holes, both zeros, and sometimes a peak. */
    private static float[] logits(int vocabulary, Random random) {
        float[] logits = Sequences.gaussian(vocabulary, random);
        for (int id = 0; id < vocabulary; id++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> logits[id] = Math.round(logits[id]);
                case 2 -> logits[id] = -0.0f;
                case 3 -> logits[id] = Float.NEGATIVE_INFINITY;
                default -> {}
            }
        }
        logits[random.nextInt(vocabulary)] = random.nextInt(20);
        return logits;
    }
}
