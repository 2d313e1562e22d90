package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepOutcome.BadLogits;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.PromptLogprobs;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Cause;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import dev.molink.stagenode.scheduling.SequenceUpdate.PromptScored;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the outcome of a step means for its sequences. */
final class Progress {

    private final Roster roster;
    private final KvMemory memory;
    private final Departures departures;
    private final Speculation speculation;
    private final List<SequenceUpdate> updates;

    Progress(
            Roster roster,
            KvMemory memory,
            Departures departures,
            Speculation speculation,
            List<SequenceUpdate> updates) {
        this.roster = roster;
        this.memory = memory;
        this.departures = departures;
        this.speculation = speculation;
        this.updates = updates;
    }

    void failed(StepsInFlight.Step step, Failed outcome) {
        for (int i = 0; i < step.sequences().size(); i++) {
            Sequence sequence = step.sequences().get(i);
            sequence.stepCameBack();
            if (sequence.isOver()) {
                discard(sequence, step.plan().rows().get(i));
            } else {
                breakOff(sequence, step.plan().rows().get(i), Cause.STEP_FAILED, outcome.reason());
            }
            releaseIfOver(sequence);
        }
    }

    void sampled(StepsInFlight.Step step, Sampled outcome) {
        Map<Long, String> bad = bySequence(outcome.badLogits());
        TokenReader tokens = new TokenReader(outcome.tokens());
        int right = 0;
        handOutScores(outcome.promptLogprobs());
        for (int i = 0; i < step.sequences().size(); i++) {
            Sequence sequence = step.sequences().get(i);
            SequenceRows rows = step.plan().rows().get(i);
            List<SampledToken> given = tokens.of(rows);
            right += Math.max(0, given.size() - 1);
            sequence.stepCameBack();
            if (sequence.isOver()) {
                discard(sequence, rows);
            } else if (bad.containsKey(sequence.id())) {
                breakOff(sequence, rows, Cause.BAD_LOGITS, bad.get(sequence.id()));
            } else {
                advance(sequence, rows, given);
            }
            releaseIfOver(sequence);
        }
        speculation.stepDone(step.plan(), step.issuedNanos(), right);
    }

    private static Map<Long, String> bySequence(List<BadLogits> badLogits) {
        if (badLogits.isEmpty()) {
            return Map.of();
        }
        Map<Long, String> reasons = new HashMap<>();
        badLogits.forEach(bad -> reasons.put(bad.sequenceId(), bad.reason()));
        return reasons;
    }

    /** Positions that were scored before, until a preemption or for another choice, are not handed out again. */
    private void handOutScores(List<PromptLogprobs> scores) {
        for (PromptLogprobs scored : scores) {
            Sequence sequence = departures.find(scored.sequenceId());
            if (sequence == null) {
                continue;
            }
            Prompt prompt = sequence.prompt();
            int known = Math.clamp(
                    (long) prompt.scoredTokens() - scored.firstPosition(),
                    0,
                    scored.logprobs().size());
            if (known < scored.logprobs().size()) {
                int end = scored.firstPosition() + scored.logprobs().size();
                updates.add(new PromptScored(
                        sequence.id(),
                        scored.firstPosition() + known,
                        scored.logprobs().subList(known, scored.logprobs().size())));
                prompt.scored(end);
            }
        }
    }

    private void releaseIfOver(Sequence sequence) {
        if (sequence.isOver() && !sequence.inFlight() && sequence.holdsBlocks()) {
            departures.lastStepCameBack(sequence);
        }
    }

    private void discard(Sequence sequence, SequenceRows rows) {
        sequence.discarded(rows);
        if (rows.sampledRows() > 1) {
            departures.verified(sequence, 0, rows.sampledRows() - 1);
        }
    }

    private void breakOff(Sequence sequence, SequenceRows rows, Cause cause, @Nullable String reason) {
        discard(sequence, rows);
        departures.breakOff(sequence, cause, String.valueOf(reason));
    }

    private void advance(Sequence sequence, SequenceRows rows, List<SampledToken> tokens) {
        int end = rows.firstPosition() + rows.tokenCount();
        if (!rows.sample()) {
            confirm(sequence, rows, end);
            return;
        }
        if (!fits(sequence, rows, tokens)) {
            String reason = "the last stage sent no token for position %d of sequence %d"
                    .formatted(sequence.tokens(), sequence.id());
            breakOff(sequence, rows, Cause.STEP_FAILED, reason);
            return;
        }
        append(sequence, rows, tokens);
    }

    /** Whether the tokens follow each other from the sequence's end on, all but the last as they were drafted. */
    private static boolean fits(Sequence sequence, SequenceRows rows, List<SampledToken> tokens) {
        if (tokens.isEmpty() || tokens.size() > rows.sampledRows()) {
            return false;
        }
        for (int i = 0; i < tokens.size(); i++) {
            boolean follows = tokens.get(i).position() == sequence.tokens() + i;
            if (!follows
                    || (i + 1 < tokens.size()
                            && tokens.get(i).tokenId() != rows.tokenIds().get(i + 1))) {
                return false;
            }
        }
        return true;
    }

    private void append(Sequence sequence, SequenceRows rows, List<SampledToken> tokens) {
        boolean first = !sequence.decoding();
        Ending ending = null;
        int kept = 0;
        while (ending == null && kept < tokens.size()) {
            SampledToken token = tokens.get(kept++);
            ending = sequence.append(token.tokenId());
            updates.add(new Generated(sequence.id(), token.position(), token.tokenId(), token.logprobs(), ending));
        }
        if (rows.sampledRows() > 1) {
            int drafts = rows.sampledRows() - 1;
            departures.verified(sequence, kept - 1, drafts - (kept - 1));
            speculation.verified(sequence, drafts, tokens.size() - 1);
        }
        confirm(sequence, rows, sequence.tokens() - 1);
        if (first) {
            roster.beginsToDecode();
        }
        if (ending != null) {
            departures.retire(sequence);
        } else {
            roster.ready(sequence);
        }
    }

    /** The rows brought the sequence on, up to position {@code end − 1}. */
    private void confirm(Sequence sequence, SequenceRows rows, int end) {
        sequence.computed(rows, end);
        memory.confirm(sequence, end);
        memory.reclaim(sequence, rows.firstPosition());
        Prompt prompt = sequence.prompt();
        prompt.confirmed(sequence, end);
        for (Sequence parked = prompt.unparkOne(); parked != null; parked = prompt.unparkOne()) {
            roster.unpark(parked);
        }
    }
}
