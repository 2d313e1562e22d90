package dev.molink.stagenode.sampling;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.SequenceStart;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the sampling stage keeps of a sequence: its parameters, what it has seen, and where its grammar stands. */
final class SampledSequence {

    private final SequenceStart start;
    private final Filters filters;
    private final TokenCounts.PenaltyValues penalties;
    private final int[] biasIds;
    private final float[] biases;
    private final int[] stopIds;
    private final long @Nullable [] allowed;
    private final @Nullable TokenCounts counts;
    private @Nullable TokenConstraint constraint;

    /** Temperature and filters in double precision; see {@link Decimals}. */
    record Filters(double temperature, int topK, double topP, double minP, double typicalP) {

        static Filters of(SamplingParameters parameters) {
            SamplingParameters.Filters filters = parameters.filters();
            return new Filters(
                    Decimals.written(parameters.temperature()),
                    filters.topK(),
                    Decimals.written(filters.topP()),
                    Decimals.written(filters.minP()),
                    Decimals.written(filters.typicalP()));
        }
    }

    /**
     * Takes up where {@code start}'s history ends.
     *
     * @throws BadLogitsException if its grammar is not here or does not allow what the history has generated
     */
    SampledSequence(SequenceStart start, GrammarSource grammars) throws BadLogitsException {
        this.start = start;
        TokenRules rules = start.sampling().tokens();
        filters = Filters.of(start.sampling());
        penalties = TokenCounts.PenaltyValues.of(start.sampling().penalties());
        biasIds = rules.bias().keySet().stream().mapToInt(Integer::intValue).toArray();
        biases = new float[biasIds.length];
        for (int i = 0; i < biasIds.length; i++) {
            biases[i] = rules.bias().getOrDefault(biasIds[i], 0f);
        }
        stopIds = rules.stop().stream().mapToInt(Integer::intValue).toArray();
        allowed = rules.allowed().isEmpty() ? null : mask(rules.allowed());
        counts = start.sampling().penalties().equals(Penalties.OFF) ? null : new TokenCounts();
        constraint = start.grammar() == null ? null : grammar(start.grammar(), grammars);
        replay();
    }

    private static long[] mask(List<Integer> ids) {
        BitSet mask = new BitSet();
        ids.forEach(mask::set);
        return mask.toLongArray();
    }

    private static TokenConstraint grammar(String hash, GrammarSource grammars) throws BadLogitsException {
        Optional<TokenConstraint> found = grammars.find(hash);
        return found.orElseThrow(() -> new BadLogitsException("the grammar %s has not come here".formatted(hash)));
    }

    private void replay() throws BadLogitsException {
        List<Integer> history = start.history();
        int prompt = Math.min(start.promptTokens(), history.size());
        if (counts != null && penalties.repetition() != 1) {
            history.subList(0, prompt).forEach(counts::see);
        }
        for (int tokenId : history.subList(prompt, history.size())) {
            accept(tokenId);
        }
    }

    SequenceStart start() {
        return start;
    }

    Filters filters() {
        return filters;
    }

    /** Whether the token ends the sequence. */
    boolean stopsAt(int tokenId) {
        for (int stop : stopIds) {
            if (stop == tokenId) {
                return true;
            }
        }
        return false;
    }

    /** Takes note of the next generated token. */
    void accept(int tokenId) throws BadLogitsException {
        if (counts != null) {
            counts.generate(tokenId);
        }
        if (constraint != null && !stopsAt(tokenId)) {
            try {
                constraint = constraint.accept(tokenId);
            } catch (IllegalArgumentException e) {
                throw new BadLogitsException("the grammar %s does not allow what was generated: %s"
                        .formatted(start.grammar(), e.getMessage()));
            }
        }
    }

    /**
     * Applies allowed ids, grammar, {@code min_tokens}, logit bias and penalties, in this order.
     *
     * @param position of the token that is to be picked
     * @return whether the row was touched
     */
    boolean applyRules(LogitRow row, int position) throws BadLogitsException {
        boolean masked = mask(row);
        boolean early = forbidStops(row, position);
        for (int i = 0; i < biasIds.length; i++) {
            row.set(biasIds[i], row.logit(biasIds[i]) + biases[i]);
        }
        if (counts != null) {
            counts.penalise(row, penalties);
        }
        return masked || early || biasIds.length > 0 || counts != null;
    }

    private boolean mask(LogitRow row) {
        if (allowed != null) {
            row.keepOnly(allowed);
        }
        long[] next = constraint == null ? null : constraint.allowed();
        if (next != null) {
            row.keepOnly(next);
        }
        return allowed != null || next != null;
    }

    private boolean forbidStops(LogitRow row, int position) throws BadLogitsException {
        if (!tooEarlyToStop(position)) {
            return false;
        }
        for (int stop : stopIds) {
            row.set(stop, Float.NEGATIVE_INFINITY);
        }
        return true;
    }

    private boolean tooEarlyToStop(int position) {
        return position - start.promptTokens() < start.sampling().tokens().minTokens();
    }

    /** The rules that put tokens out of the question at {@code position}, for the reader of an error. */
    String masksAt(int position) {
        List<String> masks = new ArrayList<>();
        if (allowed != null) {
            masks.add("the allowed token ids");
        }
        if (constraint != null && constraint.allowed() != null) {
            masks.add("the grammar");
        }
        if (tooEarlyToStop(position)) {
            masks.add("min_tokens");
        }
        if (!start.sampling().tokens().bias().isEmpty()) {
            masks.add("the logit bias");
        }
        if (counts != null) {
            masks.add("the penalties");
        }
        return String.join(", ", masks);
    }
}
