package dev.molink.stagenode.sampling;

import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.BadLogits;
import dev.molink.stagenode.plan.StepOutcome.PromptLogprobs;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.TokenLogprobs;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the last stage of a formation turns logits into tokens: it knows the sequences that live and picks each one's
 * next tokens. Owned by the stage's loop thread.
 *
 * <p>A token is a function of its sequence's parameters, history and position and of its row of logits, of nothing else:
 * not of the rows beside it, the piece size, the number of stages, a preemption (the sequence starts again with its
 * history) or a draft. A draft stands in the row behind the one that it guesses the token of. It is accepted exactly if
 * it is the token that this row gives, and only then does the next row hold what follows that token; so the first row
 * whose draft was wrong is the last one sampled, and what was sampled is what steps without drafts would have given.
 */
public final class SamplingDesk {

    private final String stage;
    private final GrammarSource grammars;
    private final Map<Long, SequenceStart> starts = new HashMap<>();

    /** Made when a sequence is first sampled, which on all stages but the last is never. */
    private final Map<Long, SampledSequence> sampled = new HashMap<>();

    private @Nullable Sampler sampler;

    /** @param stage names the stage in reasons */
    public SamplingDesk(String stage, GrammarSource grammars) {
        this.stage = stage;
        this.grammars = grammars;
    }

    /**
     * A sequence begins, or begins again where its history ends.
     *
     * @throws IllegalArgumentException if log-probabilities of a prompt are wanted that the history does not hold
     */
    public void start(SequenceStart start) {
        if (start.promptLogprobs() != SamplingParameters.NO_LOGPROBS
                && start.history().size() < start.promptTokens()) {
            throw new IllegalArgumentException(
                    "sequence %d wants log-probabilities of its prompt, of whose %d ids its history holds %d"
                            .formatted(
                                    start.sequenceId(),
                                    start.promptTokens(),
                                    start.history().size()));
        }
        starts.put(start.sequenceId(), start);
        sampled.remove(start.sequenceId());
    }

    /** Forgets a sequence; one that is not known is none to forget. */
    public void end(long sequenceId) {
        starts.remove(sequenceId);
        sampled.remove(sequenceId);
    }

    /** Sequences that were started and have not ended. */
    public int sequences() {
        return starts.size();
    }

    /**
     * Samples what {@code plan} wants sampled. A sequence is in the outcome's tokens or its bad logits, never in both.
     *
     * @param logits one row for each selected row of the plan, in its order: of a sequence its trailing {@code
     *     sampledRows}, or all its rows in a prefill step if log-probabilities of its prompt are wanted
     * @throws IllegalArgumentException if a sequence was never started or there are more or fewer rows of logits than
     *     that
     */
    public Sampled sample(StepPlan plan, StageOutput.Logits logits) {
        checkRows(plan, logits.rows());
        StepSampling step = new StepSampling(plan, logits.values(), sampler(logits.vocabularySize()));
        plan.rows().forEach(step::sample);
        return step.outcome();
    }

    private void checkRows(StepPlan plan, int found) {
        int selected = 0;
        for (SequenceRows rows : plan.rows()) {
            if (rows.sampledRows() > 1
                    && (plan.kind() != StepKind.VERIFY || rows.tokenIds().isEmpty())) {
                throw new IllegalArgumentException("sequence %d: %d rows to sample, but no drafts to verify"
                        .formatted(rows.sequenceId(), rows.sampledRows()));
            }
            selected += selectedRows(plan, rows);
        }
        if (selected != found) {
            throw new IllegalArgumentException(
                    "%d rows of logits came for the %d rows that the step selects".formatted(found, selected));
        }
    }

    private int selectedRows(StepPlan plan, SequenceRows rows) {
        return wantsPromptLogprobs(plan, started(rows.sequenceId())) ? rows.tokenCount() : rows.sampledRows();
    }

    private static boolean wantsPromptLogprobs(StepPlan plan, SequenceStart start) {
        return plan.kind() == StepKind.PREFILL && start.promptLogprobs() != SamplingParameters.NO_LOGPROBS;
    }

    private SequenceStart started(long sequenceId) {
        SequenceStart start = starts.get(sequenceId);
        if (start == null) {
            throw new IllegalArgumentException("sequence %d was never started".formatted(sequenceId));
        }
        return start;
    }

    private SampledSequence sequence(long sequenceId) throws BadLogitsException {
        SampledSequence found = sampled.get(sequenceId);
        if (found == null) {
            found = new SampledSequence(started(sequenceId), grammars);
            sampled.put(sequenceId, found);
        }
        return found;
    }

    private Sampler sampler(int vocabularySize) {
        Sampler current = sampler;
        if (current == null || current.vocabularySize() != vocabularySize) {
            current = new Sampler(vocabularySize);
            sampler = current;
        }
        return current;
    }

    /** One step on its way through the rows of logits. */
    private final class StepSampling {

        private final StepPlan plan;
        private final MemorySegment logits;
        private final Sampler sampler;
        private final List<SampledToken> tokens = new ArrayList<>();
        private final List<PromptLogprobs> promptLogprobs = new ArrayList<>();
        private final List<BadLogits> bad = new ArrayList<>();
        private int firstRow;

        StepSampling(StepPlan plan, MemorySegment logits, Sampler sampler) {
            this.plan = plan;
            this.logits = logits;
            this.sampler = sampler;
        }

        Sampled outcome() {
            return new Sampled(plan.epoch(), plan.stepId(), tokens, promptLogprobs, bad);
        }

        void sample(SequenceRows rows) {
            SequenceStart start = started(rows.sequenceId());
            int selected = selectedRows(plan, rows);
            try {
                if (wantsPromptLogprobs(plan, start)) {
                    readPrompt(rows, start);
                }
                if (rows.sample()) {
                    sampleRows(rows, firstRow + selected - rows.sampledRows(), sequence(rows.sequenceId()));
                }
            } catch (BadLogitsException e) {
                bad.add(new BadLogits(rows.sequenceId(), "%s: %s".formatted(stage, e.getMessage())));
            }
            firstRow += selected;
        }

        /** The row of each position says how likely the prompt's id at the next one was; the start names all of them. */
        private void readPrompt(SequenceRows rows, SequenceStart start) throws BadLogitsException {
            int first = rows.firstPosition() + 1;
            int end = Math.min(first + rows.tokenCount(), start.promptTokens());
            List<TokenLogprobs> found = new ArrayList<>();
            for (int position = first; position < end; position++) {
                found.add(sampler.logprobs(
                        logits, firstRow + position - first, start.history().get(position), start.promptLogprobs()));
            }
            if (!found.isEmpty()) {
                promptLogprobs.add(new PromptLogprobs(rows.sequenceId(), first, found));
            }
        }

        /** Picks tokens until one is not what the row behind it holds, or ends the sequence, or there is no row. */
        private void sampleRows(SequenceRows rows, int row, SampledSequence sequence) throws BadLogitsException {
            int firstSampled = rows.tokenCount() - rows.sampledRows();
            for (int i = firstSampled; i < rows.tokenCount(); i++) {
                SampledToken token;
                try {
                    token = pick(rows.firstPosition() + i + 1, row + i - firstSampled, sequence);
                } catch (BadLogitsException e) {
                    if (i == firstSampled) {
                        throw e;
                    }
                    // As without drafts: the tokens so far are good, and the next step meets this row first.
                    return;
                }
                sequence.accept(token.tokenId());
                tokens.add(token);
                boolean drafted = i + 1 < rows.tokenCount() && rows.tokenIds().get(i + 1) == token.tokenId();
                if (!drafted || sequence.stopsAt(token.tokenId())) {
                    return;
                }
            }
        }

        private SampledToken pick(int position, int row, SampledSequence sequence) throws BadLogitsException {
            int tokenId = sampler.sample(logits, row, sequence, position);
            int alternatives = sequence.start().sampling().logprobs();
            TokenLogprobs logprobs = alternatives == SamplingParameters.NO_LOGPROBS
                    ? null
                    : sampler.logprobs(logits, row, tokenId, alternatives);
            return new SampledToken(sequence.start().sequenceId(), position, tokenId, logprobs);
        }
    }
}
