package dev.molink.stagenode.sampling;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.SequenceStart;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Sequences and logits that tests sample. */
final class Sequences {

    static final SamplingParameters GREEDY = SamplingParameters.plain(0, 1, List.of());

    private Sequences() {}

    static SamplingParameters filtered(float temperature, Filters filters) {
        return parameters(temperature, filters, Penalties.OFF, TokenRules.stoppingAt(List.of()));
    }

    static SamplingParameters parameters(float temperature, Filters filters, Penalties penalties, TokenRules rules) {
        return new SamplingParameters(temperature, filters, penalties, rules, 5, SamplingParameters.NO_LOGPROBS);
    }

    static SequenceStart start(
            int choice,
            int promptTokens,
            List<Integer> history,
            SamplingParameters sampling,
            @Nullable String grammar) {
        return new SequenceStart(
                1, "r", choice, promptTokens, 0, sampling, history, SamplingParameters.NO_LOGPROBS, grammar);
    }

    /** Without prompt, history or grammar. */
    static SampledSequence sequence(int choice, SamplingParameters sampling) throws BadLogitsException {
        return new SampledSequence(start(choice, 0, List.of(), sampling, null), GrammarSource.NONE);
    }

    static float[] gaussian(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (2 * random.nextGaussian());
        }
        return values;
    }
}
