package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.kvcache.PrefixChain;
import dev.molink.stagenode.kvcache.TokenIds;
import dev.molink.stagenode.plan.SamplingParameters;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * What the sequences of one request share: the prompt, which of them computes it, and how far it is.
 *
 * <p>The first sequence leads: it alone computes the prompt while the others are parked. When the last stage has
 * confirmed the whole prompt, the leader becomes the first holder of it and the others leave the park; each that is
 * admitted then shares a holder's blocks and computes only the prompt's last row again, to sample from it. If the leader
 * is over before, another one takes the lead; if it is preempted, it keeps it.
 *
 * <p>The first admission's cached tokens are what the request reports. Positions before {@link #computedTokens} were
 * cached then or computed by one of the sequences since: whoever computes them again recomputes them.
 */
final class Prompt {

    private final RequestSpec spec;
    private final Deque<Sequence> parked = new ArrayDeque<>();

    /** Running sequences whose blocks hold the whole prompt, confirmed. */
    private final SequencedSet<Sequence> holders = new LinkedHashSet<>();

    private @Nullable PrefixChain chain;
    private @Nullable Sequence leader;
    private @Nullable Sequence firstAdmitted;
    private int cachedTokens;
    private int computedTokens;

    /** Positions whose log-probabilities were handed out; position 0 has none. */
    private int scoredTokens = 1;

    Prompt(RequestSpec spec) {
        this.spec = spec;
    }

    RequestSpec spec() {
        return spec;
    }

    /** The hash chain of a sequence; those of one prompt compute its links once. */
    PrefixChain chain(TokenIds ids) {
        if (chain == null) {
            chain = new PrefixChain(spec.cacheSalt(), ids);
            return chain;
        }
        return chain.branch(ids, tokens());
    }

    int tokens() {
        return spec.promptTokenIds().size();
    }

    /** Leading positions that were cached at the first admission, or computed since. */
    int computedTokens() {
        return computedTokens;
    }

    boolean isComputed() {
        return computedTokens >= tokens();
    }

    /** Whether log-probabilities of its own ids are still to come. */
    boolean needsScores() {
        return spec.sampling().promptLogprobs() != SamplingParameters.NO_LOGPROBS && scoredTokens < tokens();
    }

    int scoredTokens() {
        return scoredTokens;
    }

    void scored(int tokens) {
        scoredTokens = Math.max(scoredTokens, tokens);
    }

    void park(Sequence sequence) {
        parked.add(sequence);
    }

    boolean unpark(Sequence sequence) {
        return parked.remove(sequence);
    }

    boolean isLedBy(Sequence sequence) {
        return leader == sequence;
    }

    void leads(Sequence sequence) {
        leader = sequence;
    }

    /** Takes the next sequence from the park, and gives it the lead; null if nobody is left. */
    @Nullable
    Sequence nextLeader() {
        leader = parked.poll();
        return leader;
    }

    /** Takes a sequence from the park that need not wait for a leader any more; null if there is none. */
    @Nullable
    Sequence unparkOne() {
        return leader == null ? parked.poll() : null;
    }

    /** A running sequence to copy the prompt's blocks from; the newest, whose window has moved least. */
    @Nullable
    Sequence holder() {
        return holders.isEmpty() ? null : holders.getLast();
    }

    /** Whether no sequence of the request was admitted before. */
    boolean isNew() {
        return firstAdmitted == null;
    }

    void admitted(Sequence sequence, int cached) {
        if (firstAdmitted == null) {
            firstAdmitted = sequence;
            cachedTokens = cached;
            computedTokens = cached;
        }
    }

    /** The last stage has confirmed the sequence's first {@code confirmed} positions, and the sequence goes on. */
    void confirmed(Sequence sequence, int confirmed) {
        computedTokens = Math.max(computedTokens, Math.min(confirmed, tokens()));
        if (spec.choices() > 1 && confirmed >= tokens()) {
            holders.add(sequence);
            leader = leader == sequence ? null : leader;
        }
    }

    /** The sequence is over or preempted: its blocks are no longer there to share. */
    void lostBlocksOf(Sequence sequence) {
        holders.remove(sequence);
    }

    /** What the request's cached tokens are for a sequence's report. */
    int cachedTokensOf(Sequence sequence) {
        return sequence == firstAdmitted ? cachedTokens : 0;
    }
}
