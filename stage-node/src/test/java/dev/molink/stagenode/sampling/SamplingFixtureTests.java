package dev.molink.stagenode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.TokenLogprobs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reference distributions of all parameters and of combinations of them; the file's header names where they are from. */
class SamplingFixtureTests {

    private static final JsonNode FIXTURE = readFixture();

    private static JsonNode readFixture() {
        try (InputStream json = SamplingFixtureTests.class.getResourceAsStream("/sampling/sampling.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a case's allowed ids are told: the two ways must not differ. */
    enum AllowedBy {
        PARAMETER,
        GRAMMAR
    }

    @ParameterizedTest
    @EnumSource
    void everyCaseHasTheReferenceDistribution(AllowedBy allowedBy) throws BadLogitsException {
        List<JsonNode> cases = FIXTURE.get("cases").valueStream().toList();

        for (JsonNode one : cases) {
            double[] found = distribution(one, allowedBy);
            double[] expected = doubles(one.get("probabilities"));
            for (int id = 0; id < expected.length; id++) {
                assertThat(found[id])
                        .as("%s, token %d", one.get("name").asString(), id)
                        .isCloseTo(expected[id], offset(1e-6));
            }
        }

        assertThat(cases).hasSize(536);
    }

    @Test
    void everyRowOfLogprobsHasTheReferenceValues() throws BadLogitsException {
        List<JsonNode> rows = FIXTURE.get("logprobs").valueStream().toList();

        for (JsonNode row : rows) {
            float[] logits = logits(row);
            TokenLogprobs found = new Sampler(logits.length)
                    .logprobs(
                            MemorySegment.ofArray(logits),
                            0,
                            row.get("token").asInt(),
                            row.get("top_logprobs").size());

            assertThat(found.rank()).isEqualTo(row.get("rank").asInt());
            assertClose(found.logprob(), row.get("logprob"));
            for (int i = 0; i < found.top().size(); i++) {
                JsonNode expected = row.get("top_logprobs").get(i);
                assertThat(found.top().get(i).tokenId())
                        .isEqualTo(expected.get(0).asInt());
                assertClose(found.top().get(i).logprob(), expected.get(1));
            }
        }

        assertThat(rows).hasSize(14);
    }

    private static void assertClose(float found, JsonNode expected) {
        if (expected.isNull()) {
            assertThat(found).isEqualTo(Float.NEGATIVE_INFINITY);
            return;
        }
        // Floats: half a unit in the last place of 24 bits, and the rounding of the fixture.
        double tolerance = 1e-6 + Math.ulp(found) / 2;
        assertThat((double) found).isCloseTo(expected.asDouble(), offset(tolerance));
    }

    @Test
    void noErrorRowIsSampledFrom() {
        Stream<JsonNode> rows = FIXTURE.get("errors")
                .valueStream()
                .filter(row -> !row.get("logits").isEmpty());

        assertThat(rows)
                .hasSize(7)
                .allSatisfy(row -> assertThatThrownBy(() -> distribution(row, AllowedBy.GRAMMAR))
                        .as(row.get("name").asString())
                        .isInstanceOf(BadLogitsException.class));
    }

    @Test
    void noVocabularyIsNoneToSampleFrom() {
        assertThatThrownBy(() -> new Sampler(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a vocabulary of 0 tokens has none to sample");
    }

    private static double[] distribution(JsonNode one, AllowedBy allowedBy) throws BadLogitsException {
        float[] logits = logits(one);
        List<Integer> history = integers(one.path("history"));
        List<Integer> generated = integers(one.path("generated"));
        List<Integer> all = new ArrayList<>(history);
        all.addAll(generated);
        boolean masked = one.has("allowed_token_ids") && allowedBy == AllowedBy.GRAMMAR;
        List<Integer> allowed = integers(one.path("allowed_token_ids"));
        SequenceStart start = Sequences.start(
                0,
                history.size(),
                all,
                Sequences.parameters(
                        one.path("temperature").floatValue(1),
                        filters(one),
                        penalties(one),
                        new TokenRules(bias(one), masked ? List.of() : allowed, List.of(), 0)),
                masked ? "g" : null);
        return new Sampler(logits.length)
                .distribution(
                        MemorySegment.ofArray(logits),
                        new SampledSequence(start, hash -> Optional.of(new HistoryBlindMask(allowed))),
                        all.size());
    }

    /** The fixture's histories hold ids that its masks do not allow. */
    private record HistoryBlindMask(List<Integer> ids) implements TokenConstraint {

        @Override
        public long[] allowed() {
            return new FixedMask(ids).allowed();
        }

        @Override
        public TokenConstraint accept(int tokenId) {
            return this;
        }
    }

    private static Filters filters(JsonNode one) {
        return new Filters(
                one.path("top_k").intValue(0),
                one.path("top_p").floatValue(1),
                one.path("min_p").floatValue(0),
                one.path("typical_p").floatValue(1));
    }

    private static Penalties penalties(JsonNode one) {
        return new Penalties(
                one.path("repetition_penalty").floatValue(1),
                one.path("frequency_penalty").floatValue(0),
                one.path("presence_penalty").floatValue(0));
    }

    private static Map<Integer, Float> bias(JsonNode one) {
        Map<Integer, Float> bias = new HashMap<>();
        one.path("logit_bias")
                .propertyStream()
                .forEach(each ->
                        bias.put(Integer.valueOf(each.getKey()), each.getValue().floatValue()));
        return bias;
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

    private static List<Integer> integers(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }

    private static double[] doubles(JsonNode array) {
        return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }
}
