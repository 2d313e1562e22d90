package dev.molink.stagenode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SamplerTests {

    /** Parameters of the fixture that no request can set. */
    private static final Set<String> UNSUPPORTED = Set.of(
            "typical_p",
            "repetition_penalty",
            "frequency_penalty",
            "presence_penalty",
            "logit_bias",
            "allowed_token_ids");

    private static final JsonNode FIXTURE = readFixture();

    private static JsonNode readFixture() {
        try (InputStream json = SamplerTests.class.getResourceAsStream("/sampling/sampling.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<JsonNode> supported(String array) {
        return FIXTURE.get(array)
                .valueStream()
                .filter(node -> UNSUPPORTED.stream().noneMatch(node::has));
    }

    @Test
    void givesTheReferenceDistributionOfEveryCaseThatRequestsCanAskFor() throws BadLogitsException {
        List<JsonNode> cases = supported("cases").toList();

        for (JsonNode one : cases) {
            float[] logits = logits(one);
            double[] found = new Sampler(logits.length).distribution(logits, parameters(one));
            double[] expected = doubles(one.get("probabilities"));
            for (int id = 0; id < expected.length; id++) {
                assertThat(found[id])
                        .as("%s, token %d", one.get("name").asString(), id)
                        .isCloseTo(expected[id], offset(1e-6));
            }
        }

        assertThat(cases).hasSizeGreaterThan(200);
        System.out.printf(
                "%d of %d sampling cases use supported parameters only%n",
                cases.size(), FIXTURE.get("cases").size());
    }

    @Test
    void refusesEveryRowThatMustNotBeSampledFrom() {
        List<JsonNode> rows =
                supported("errors").filter(row -> !row.get("logits").isEmpty()).toList();

        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            float[] logits = logits(row);
            assertThatThrownBy(() -> sample(new Sampler(logits.length), logits, parameters(row), 0, 0))
                    .isInstanceOf(BadLogitsException.class);
        });
    }

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
                double[] expected = sampler.distribution(logits, parameters);
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
            SamplingParameters greedy = SamplingParameters.plain(0, 1, List.of());

            assertThat(sample(new Sampler(5), new float[] {1, 3, 2, 3, Float.NEGATIVE_INFINITY}, greedy, 0, 9))
                    .isEqualTo(1);
        }

        @Test
        void readTheirRowOfTheLogits() throws BadLogitsException {
            float[] rows = {9, 0, 0, /* row 1 */ 0, 0, 9};
            SamplingParameters greedy = SamplingParameters.plain(0, 1, List.of());

            assertThat(new Sampler(3).sample(MemorySegment.ofArray(rows), 1, greedy, 0, 0))
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

                double[] found =
                        new Sampler(vocabulary).distribution(logits, filtered(1, new Filters(topK, topP, 0, 1)));

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
        return sampler.sample(MemorySegment.ofArray(logits), 0, parameters, choice, position);
    }

    private static SamplingParameters plain(long seed) {
        return SamplingParameters.plain(1, seed, List.of());
    }

    private static float[] gaussian(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (2 * random.nextGaussian());
        }
        return values;
    }

    private static SamplingParameters parameters(JsonNode one) {
        return filtered(
                one.path("temperature").floatValue(1),
                new Filters(
                        one.path("top_k").intValue(0),
                        one.path("top_p").floatValue(1),
                        one.path("min_p").floatValue(0),
                        1));
    }

    private static SamplingParameters filtered(float temperature, Filters filters) {
        return new SamplingParameters(
                temperature,
                filters,
                Penalties.OFF,
                TokenRules.stoppingAt(List.of()),
                5,
                SamplingParameters.NO_LOGPROBS);
    }

    private static float[] logits(JsonNode one) {
        JsonNode array = one.get("logits");
        float[] logits = new float[array.size()];
        for (int i = 0; i < logits.length; i++) {
            JsonNode value = array.get(i);
            logits[i] = value.isNull() ? Float.NEGATIVE_INFINITY : Float.parseFloat(value.asString());
        }
        return logits;
    }

    private static double[] doubles(JsonNode array) {
        return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }
}
