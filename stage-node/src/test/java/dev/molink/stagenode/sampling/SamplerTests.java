package dev.molink.stagenode.sampling;

import static dev.molink.stagenode.sampling.Sequences.GREEDY;
import static dev.molink.stagenode.sampling.Sequences.filtered;
import static dev.molink.stagenode.sampling.Sequences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SamplerTests {

    @Test
    void namesTheTokenWhoseLogitIsBad() {
        float[] logits = {1, Float.NaN, 3};

        assertThatThrownBy(() -> sample(new Sampler(3), logits, plain(1), 0, 0))
                .hasMessage("the logit of token 1 is NaN");
    }

    @Nested
    class Draws {

        private final Random random = new Random(20260731);

        @Test
        void followTheDistribution() throws BadLogitsException {
            int vocabulary = 40;
            float[] logits = gaussian(vocabulary, random);
            for (SamplingParameters parameters : List.of(plain(99), filtered(0.7f, new Filters(12, 0.9f, 0.02f, 1)))) {
                Sampler sampler = new Sampler(vocabulary);
                double[] expected = distribution(logits, parameters);
                int[] drawn = new int[vocabulary];

                int draws = 200_000;
                for (int position = 0; position < draws; position++) {
                    drawn[sample(sampler, logits, parameters, 0, position)]++;
                }

                assertThat(normalisedChiSquare(expected, drawn, draws)).isLessThan(4);
            }
        }

        @Test
        void areAFunctionOfSeedChoiceAndPositionAlone() throws BadLogitsException {
            float[] logits = gaussian(1000, random);
            Sampler used = new Sampler(1000);
            for (int position = 0; position < 50; position++) {
                sample(used, gaussian(1000, random), plain(position), 3, 7);

                assertThat(sample(used, logits, plain(1), 2, position))
                        .isEqualTo(sample(new Sampler(1000), logits, plain(1), 2, position));
            }
        }

        @Test
        void areTheLowestOfTheLargestAtTemperatureZero() throws BadLogitsException {
            assertThat(sample(new Sampler(5), new float[] {1, 3, 2, 3, Float.NEGATIVE_INFINITY}, GREEDY, 0, 9))
                    .isEqualTo(1);
        }

        @Test
        void readTheirRowOfTheLogits() throws BadLogitsException {
            float[] rows = {9, 0, 0, /* row 1 */ 0, 0, 9};
            assertThat(new Sampler(3).sample(MemorySegment.ofArray(rows), 1, Sequences.sequence(0, GREEDY), 0))
                    .isEqualTo(2);
        }

        /** Sum of squared normalised deviations over its degrees of freedom; about 1 when the draws fit. */
        private static double normalisedChiSquare(double[] expected, int[] drawn, int draws) {
            double sum = 0;
            int terms = 0;
            for (int id = 0; id < expected.length; id++) {
                if (expected[id] == 0) {
                    assertThat(drawn[id])
                            .as("draws of token %d, which was dropped", id)
                            .isZero();
                } else {
                    double mean = expected[id] * draws;
                    sum += (drawn[id] - mean) * (drawn[id] - mean) / mean;
                    terms++;
                }
            }
            return sum / (terms - 1);
        }
    }

    @Nested
    class LargeVocabularies {

        /** Heaps against a full sort. */
        @Test
        void keepWhatAFullSortWouldKeep() throws BadLogitsException {
            int rounds = Boolean.getBoolean("molink.test.full") ? 200 : 20;
            for (long seed = 0; seed < rounds; seed++) {
                Random random = new Random(seed);
                int vocabulary = 1 + random.nextInt(3000);
                float[] logits = gaussian(vocabulary, random);
                for (int id = 0; id < vocabulary; id++) {
                    logits[id] = random.nextInt(3) == 0 ? Math.round(logits[id]) : logits[id];
                }
                int topK = 1 + random.nextInt(vocabulary);
                float topP = random.nextFloat();

                double[] found = distribution(logits, filtered(1, new Filters(topK, topP, 0, 1)));

                assertThat(kept(found)).as("seed %d", seed).isEqualTo(keptBySorting(logits, topK, topP));
            }
        }

        private static List<Integer> kept(double[] probabilities) {
            return Stream.iterate(0, id -> id < probabilities.length, id -> id + 1)
                    .filter(id -> probabilities[id] > 0)
                    .toList();
        }

        private static List<Integer> keptBySorting(float[] logits, int topK, float topP) {
            float[] sorted = logits.clone();
            Arrays.sort(sorted);
            float smallest = sorted[sorted.length - topK];
            List<Integer> order = Stream.iterate(0, id -> id < logits.length, id -> id + 1)
                    .filter(id -> logits[id] >= smallest)
                    .sorted((a, b) -> logits[a] != logits[b] ? Float.compare(logits[b], logits[a]) : a - b)
                    .toList();
            double total =
                    order.stream().mapToDouble(id -> Math.exp(logits[id])).sum();
            double mass = 0;
            int count = 0;
            while (count == 0 || (count < order.size() && mass < topP * total)) {
                mass += Math.exp(logits[order.get(count++)]);
            }
            return order.subList(0, count).stream().sorted().toList();
        }
    }

    private static int sample(Sampler sampler, float[] logits, SamplingParameters parameters, int choice, int position)
            throws BadLogitsException {
        return sampler.sample(MemorySegment.ofArray(logits), 0, Sequences.sequence(choice, parameters), position);
    }

    private static double[] distribution(float[] logits, SamplingParameters parameters) throws BadLogitsException {
        return new Sampler(logits.length)
                .distribution(MemorySegment.ofArray(logits), Sequences.sequence(0, parameters), 0);
    }

    private static SamplingParameters plain(long seed) {
        return SamplingParameters.plain(1, seed, List.of());
    }
}
