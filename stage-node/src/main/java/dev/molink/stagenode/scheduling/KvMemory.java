package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.kvcache.Admission;
import dev.molink.stagenode.kvcache.Candidate;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.kvcache.KvPool;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The KV blocks as planners use them: what changes goes into the plan that is being made. */
final class KvMemory {

    private final KvPool pool;
    private final boolean hasWindows;

    /** Rises whenever blocks come free: before that, what found no room finds none. */
    private long timesFreed;

    KvMemory(List<KvGroup> groups, ActivationCodec codec) {
        this.pool = new KvPool(groups, codec);
        this.hasWindows = groups.stream().anyMatch(group -> group.windowTokens() > 0);
    }

    KvPool pool() {
        return pool;
    }

    long timesFreed() {
        return timesFreed;
    }

    /**
     * Gives a sequence blocks for what it has to compute first, and cached ones for up to {@code reusableTokens} before.
     *
     * @param spareBlocks blocks of each group that stay free
     * @return null if there is no room
     */
    @Nullable
    Admission admit(Sequence sequence, int reusableTokens, int spareBlocks) {
        Candidate candidate = new Candidate(sequence.id(), sequence.chain(), sequence.tokens(), reusableTokens);
        Optional<Admission> admission = pool.admit(candidate, spareBlocks);
        return admission.orElse(null);
    }

    /** Whether the first {@code tokens} positions of {@code holder} can still be shared. */
    boolean mayFork(Sequence holder, int tokens) {
        return pool.mayFork(holder.blocks(), tokens);
    }

    /** Lets a sequence share the first {@code tokens} positions of {@code holder}; null if there is no room to go on. */
    @Nullable
    Admission fork(Sequence holder, Sequence sequence, int tokens, int spareBlocks) {
        if (leastFreeBlocks() <= spareBlocks) {
            return null;
        }
        return pool.fork(holder.blocks(), sequence.id(), sequence.chain(), tokens);
    }

    private int leastFreeBlocks() {
        int least = Integer.MAX_VALUE;
        for (int group = 0; group < pool.kvGroups(); group++) {
            least = Math.min(least, pool.usage(group).freeBlocks());
        }
        return least;
    }

    /** Takes blocks away that the sequence's next row and later ones do not look at. */
    void trim(Sequence sequence) {
        if (!hasWindows) {
            return;
        }
        sequence.trimmed(pool.trim(sequence.blocks(), sequence.plannedTokens()));
        if (!sequence.inFlight()) {
            // No step looks at them either: they need not stay until the one that carries the trims has come back.
            reclaim(sequence, sequence.plannedTokens());
        }
    }

    /** The step whose first position this is came back, hence all before it that looked at what it trimmed. */
    void reclaim(Sequence sequence, int firstPosition) {
        if (hasWindows) {
            int before = freeBlocks();
            pool.reclaim(sequence.blocks(), firstPosition);
            timesFreed += freeBlocks() > before ? 1 : 0;
        }
    }

    private int freeBlocks() {
        int free = 0;
        for (int group = 0; group < pool.kvGroups(); group++) {
            free += pool.usage(group).freeBlocks();
        }
        return free;
    }

    /** Positions, from 0 on, that the sequence can grow to at once. */
    int roomFor(Sequence sequence) {
        return pool.roomFor(sequence.blocks());
    }

    /** Positions that it can grow to and leave {@code spareBlocks} free of each group for each further block it takes. */
    int spareRoomFor(Sequence sequence, int spareBlocks) {
        int places = Integer.MAX_VALUE;
        for (int group = 0; group < pool.kvGroups(); group++) {
            places = Math.min(places, sequence.blocks().places(group));
        }
        int more = leastFreeBlocks() > spareBlocks ? 1 : 0;
        return (places + more) * KvPool.BLOCK_TOKENS;
    }

    /** Makes room for the first {@code positions} positions, for which there is some. */
    void grow(Sequence sequence, int positions, PlanDraft draft) {
        draft.trim(sequence.takeTrims());
        draft.change(pool.grow(sequence.blocks(), positions)
                .orElseThrow(() -> new IllegalStateException(
                        "sequence %d has no room for %d positions".formatted(sequence.id(), positions))));
    }

    /** The last stage confirmed the first {@code positions} positions. */
    void confirm(Sequence sequence, int positions) {
        pool.confirm(sequence.blocks(), positions);
    }

    void release(Sequence sequence) {
        pool.release(sequence.blocks());
        timesFreed++;
    }
}
