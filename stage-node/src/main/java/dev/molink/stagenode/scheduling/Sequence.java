package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A generation in progress, as its scheduler sees it. */
final class Sequence {

    enum State {
        WAITING,
        RUNNING,
        PREEMPTED,
        FINISHED
    }

    private final SequenceStart start;
    private final int maxTokens;
    private final List<Integer> tokenIds;

    /** Empty unless blocks are held: while running, and after the end until the last step has come back. */
    private final List<Integer> blocks = new ArrayList<>();

    private State state = State.WAITING;

    /** Positions {@code 0 … plannedTokens − 1} are computed or part of a step in flight. */
    private int plannedTokens;

    private int stepsInFlight;
    private boolean decoding;

    Sequence(SequenceSpec spec) {
        this.start = spec.start();
        this.maxTokens = spec.maxTokens();
        this.tokenIds = new ArrayList<>(spec.tokenIds());
    }

    long id() {
        return start.sequenceId();
    }

    SequenceStart start() {
        return start;
    }

    State state() {
        return state;
    }

    List<Integer> blocks() {
        return blocks;
    }

    /** Ids so far, prompt included. */
    int tokens() {
        return tokenIds.size();
    }

    int plannedTokens() {
        return plannedTokens;
    }

    int unplannedTokens() {
        return tokens() - plannedTokens;
    }

    boolean inFlight() {
        return stepsInFlight > 0;
    }

    /** Whether it has all its ids computed but the last, which was sampled on this run over the pipeline. */
    boolean decoding() {
        return decoding;
    }

    boolean hasPromptLeft() {
        return state == State.RUNNING && !decoding && unplannedTokens() > 0;
    }

    void admitted() {
        state = State.RUNNING;
    }

    /** Everything computed is lost; a later run begins at position 0, with the ids generated so far as its prompt. */
    void preempted() {
        state = State.PREEMPTED;
        plannedTokens = 0;
        decoding = false;
    }

    void finished() {
        state = State.FINISHED;
    }

    /** The next {@code count} unplanned positions become part of a step in flight. */
    SequenceRows plan(int count) {
        int first = plannedTokens;
        plannedTokens += count;
        stepsInFlight++;
        return SequenceRows.fresh(
                id(), first, count, plannedTokens == tokens(), tokenIds.subList(first, plannedTokens));
    }

    void stepCameBack() {
        stepsInFlight--;
    }

    /** Appends a sampled id; says why the sequence is over with it, if it is. */
    @Nullable
    Ending append(int tokenId) {
        tokenIds.add(tokenId);
        decoding = true;
        if (start.sampling().tokens().stop().contains(tokenId)) {
            return Ending.STOP;
        }
        return tokens() >= maxTokens ? Ending.LENGTH : null;
    }
}
