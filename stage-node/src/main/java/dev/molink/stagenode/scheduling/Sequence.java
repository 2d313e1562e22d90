package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.kvcache.PrefixChain;
import dev.molink.stagenode.kvcache.SequenceBlocks;
import dev.molink.stagenode.plan.BlockTrim;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.scheduling.RequestSpec.TimeLimits;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A generation in progress, as its scheduler sees it. */
final class Sequence {

    enum State {

        /** Another choice of its request computes the prompt. */
        PARKED,
        WAITING,
        RUNNING,
        PREEMPTED,
        FINISHED
    }

    private final long id;
    private final int choice;
    private final Prompt prompt;
    private final SequenceIds tokenIds;
    private final RowTally rows = new RowTally();

    private State state = State.WAITING;
    private Priority priority;

    /** Since when it has waited for admission or for its next step. */
    private long waitingSinceNanos;

    /** Null until it is first asked for, when another choice may have computed its links. */
    private @Nullable PrefixChain chain;

    /** Null until it is first asked for. */
    private @Nullable Drafting drafting;

    /** Null unless blocks are held: while running, and after the end until the last step has come back. */
    private @Nullable SequenceBlocks blocks;

    /** Positions {@code 0 … plannedTokens − 1} are computed or part of a step in flight. */
    private int plannedTokens;

    /** Positions {@code 0 … computedTokens − 1} were computed, in this run over the pipeline or before. */
    private int computedTokens;

    /** Trims that no plan has told the stages of. */
    private List<BlockTrim> untoldTrims = List.of();

    /** Whether this run over the pipeline computes log-probabilities of the prompt. */
    private boolean scoring;

    private int stepsInFlight;
    private boolean decoding;
    private boolean yielding;
    private boolean admittedBefore;

    /** Discarded rows that no plan has told the stages of. */
    private int untoldDiscardedRows;

    Sequence(Prompt prompt, int choice) {
        RequestSpec spec = prompt.spec();
        this.id = spec.firstSequenceId() + choice;
        this.choice = choice;
        this.prompt = prompt;
        this.tokenIds = new SequenceIds(spec.promptTokenIds(), spec.generatedTokenIds());
        this.priority = spec.priority();
    }

    long id() {
        return id;
    }

    Prompt prompt() {
        return prompt;
    }

    TimeLimits limits() {
        return prompt.spec().limits();
    }

    State state() {
        return state;
    }

    boolean isOver() {
        return state == State.FINISHED;
    }

    void parked() {
        state = State.PARKED;
    }

    void waits() {
        state = State.WAITING;
    }

    /** Its class; a batch sequence that waited too long is interactive for the rest of its life. */
    Priority priority() {
        return priority;
    }

    void promoted() {
        priority = Priority.INTERACTIVE;
    }

    long waitingSinceNanos() {
        return waitingSinceNanos;
    }

    void waitingSince(long nanos) {
        waitingSinceNanos = nanos;
    }

    PrefixChain chain() {
        if (chain == null) {
            chain = prompt.chain(tokenIds);
        }
        return chain;
    }

    Drafting drafting() {
        if (drafting == null) {
            drafting = Drafting.from(tokenIds);
        }
        return drafting;
    }

    /** Ids so far, prompt included. */
    int tokens() {
        return tokenIds.size();
    }

    int maxTokens() {
        return prompt.spec().maxTokens();
    }

    boolean hasGenerated() {
        return tokens() > prompt.tokens();
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

    /** Whether it gets no further steps, so that its blocks can be taken when it is no longer in flight. */
    boolean yielding() {
        return yielding;
    }

    void yields(boolean whether) {
        yielding = whether;
    }

    SequenceBlocks blocks() {
        return Objects.requireNonNull(blocks, "the sequence holds no blocks");
    }

    void trimmed(List<BlockTrim> trims) {
        if (untoldTrims.isEmpty()) {
            untoldTrims = trims;
        } else if (!trims.isEmpty()) {
            untoldTrims = Stream.concat(untoldTrims.stream(), trims.stream()).toList();
        }
    }

    List<BlockTrim> takeTrims() {
        List<BlockTrim> taken = untoldTrims;
        untoldTrims = List.of();
        return taken;
    }

    boolean holdsBlocks() {
        return blocks != null;
    }

    boolean scoring() {
        return scoring;
    }

    /** Whether it was never admitted. */
    boolean isNew() {
        return !admittedBefore;
    }

    /** Begins a run over the pipeline: the first {@code presentTokens} positions are in its blocks already. */
    void admitted(SequenceBlocks held, int presentTokens) {
        blocks = held;
        scoring = prompt.needsScores();
        plannedTokens = presentTokens;
        state = State.RUNNING;
        admittedBefore = true;
    }

    /** Its blocks were given back. Returns the discarded rows that the stages have to be told of. */
    int released() {
        blocks = null;
        untoldTrims = List.of();
        int untold = untoldDiscardedRows;
        untoldDiscardedRows = 0;
        return untold;
    }

    /** What was computed is lost; a later run begins anew, with the ids generated so far behind its prompt. */
    void preempted() {
        state = State.PREEMPTED;
        plannedTokens = 0;
        decoding = false;
        yielding = false;
    }

    void finished() {
        state = State.FINISHED;
    }

    /** What the stages get to know of it with its next step. */
    SequenceStart start(int cachedTokens) {
        RequestSpec.Sampling sampling = prompt.spec().sampling();
        return new SequenceStart(
                id,
                prompt.spec().requestId(),
                choice,
                prompt.tokens(),
                cachedTokens,
                sampling.parameters(),
                scoring || sampling.needsHistory() ? tokenIds : List.of(),
                scoring ? sampling.promptLogprobs() : SamplingParameters.NO_LOGPROBS,
                sampling.grammar());
    }

    /** The next {@code count} unplanned positions become part of a step in flight. */
    SequenceRows plan(int count) {
        int first = plannedTokens;
        plannedTokens += count;
        stepsInFlight++;
        int recomputed = Math.clamp((long) knownTokens() - first, 0, count);
        int sampled = plannedTokens == tokens() ? 1 : 0;
        return new SequenceRows(id, first, count, sampled, recomputed, tokenIds.subList(first, plannedTokens));
    }

    /** The last id and {@code drafts} of what follows it become part of a verify step. */
    SequenceRows plan(int[] drafts) {
        int first = plannedTokens;
        int count = 1 + drafts.length;
        List<Integer> ids = new ArrayList<>(count);
        ids.add(tokenIds.at(first));
        for (int draft : drafts) {
            ids.add(draft);
        }
        plannedTokens += count;
        stepsInFlight++;
        return new SequenceRows(id, first, count, count, 0, ids);
    }

    /** Leading positions that are no news: reported as cached, or computed before. */
    int knownTokens() {
        return Math.max(computedTokens, prompt.computedTokens());
    }

    void stepCameBack() {
        stepsInFlight--;
    }

    /** Rows that brought it on; positions before {@code computed} are there now. */
    void computed(SequenceRows done, int computed) {
        rows.computed(done.tokenCount() - drafts(done), done.recomputedRows());
        computedTokens = Math.max(computedTokens, computed);
        plannedTokens = drafts(done) > 0 ? computed : plannedTokens;
    }

    private static int drafts(SequenceRows rows) {
        return Math.max(0, rows.sampledRows() - 1);
    }

    void verified(int accepted, int rejected) {
        rows.verified(accepted, rejected);
    }

    /** Rows that came to nothing, its drafts excepted. */
    void discarded(SequenceRows lost) {
        untoldDiscardedRows += rows.discarded(lost.tokenCount() - drafts(lost), lost.recomputedRows());
    }

    RowCounts rows() {
        return rows.total();
    }

    /** Appends a sampled id; says why the sequence is over with it, if it is. */
    @Nullable
    Ending append(int tokenId) {
        tokenIds.append(tokenId);
        decoding = true;
        if (prompt.spec().sampling().parameters().tokens().stop().contains(tokenId)) {
            return Ending.STOP;
        }
        return tokens() >= maxTokens() ? Ending.LENGTH : null;
    }
}
