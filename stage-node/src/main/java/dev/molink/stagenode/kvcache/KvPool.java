package dev.molink.stagenode.kvcache;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The KV blocks of a pipeline, which sequence holds which, and which are kept for others: allocation and prefix cache at
 * the head. Layers that keep different things (full attention, a window) form KV groups with blocks, tables and rules of
 * their own; ids count from 0 within a group. Lives as long as one formation. One thread at a time; no waiting, no
 * clock.
 *
 * <p>The life of a sequence's blocks:
 * <ol>
 *   <li>{@link #admit} gives it blocks, cached ones first; {@link #grow} gives more; {@link #fork} lets another choice
 *       of the same prompt begin with the same ones. What they return belongs into the next plan that is issued.
 *   <li>{@link #confirm}: the last stage sent the outcome of the step that computed up to a position. From then on full
 *       blocks before it have a name, and sequences with the same salt and ids may share them.
 *   <li>{@link #trim} takes blocks of window groups, which no later row looks at, out of the tables of the plan;
 *       {@link #reclaim} gives them back once that plan's step is confirmed.
 *   <li>{@link #release} when the sequence is over or preempted and its last step has come back. Blocks with a name
 *       stay as cached ones, which count as free: the least recently used is given away when no other is left, the end of
 *       a chain before what it hangs on.
 * </ol>
 *
 * <p>Drafts that were rejected need no call: the blocks stay in the tables, as on the stages, and the next rows
 * overwrite what is beyond the accepted positions. Only accepted positions may be confirmed.
 */
public final class KvPool {

    /** Tokens of a block. */
    public static final int BLOCK_TOKENS = KvCacheShape.BLOCK_TOKENS;

    private static final Optional<BlockChanges> NO_CHANGES = Optional.of(BlockChanges.NONE);

    private final List<GroupBlocks> groups;
    private final BlockHasher hasher;
    private final PrefixCache prefixes;
    private final Map<Long, SequenceBlocks> live = new HashMap<>();
    private long queriedTokens;
    private long hitTokens;

    /** A pool of one process, whose stages hand on what they compute as it is. */
    public KvPool(List<KvGroup> groups) {
        this(groups, ActivationCodec.F32);
    }

    /**
     * @param groups KV groups of the model, by their number
     * @param codec of the activations that keys and values are computed of; blocks have other names with another one
     */
    public KvPool(List<KvGroup> groups, ActivationCodec codec) {
        this.hasher = new BlockHasher(codec);
        this.groups = groups.stream().map(GroupBlocks::new).toList();
        this.prefixes = new PrefixCache(this.groups, hasher);
    }

    /** Blocks that {@code tokens} positions take. */
    public static int blocksFor(int tokens) {
        return Math.ceilDiv(tokens, BLOCK_TOKENS);
    }

    public int kvGroups() {
        return groups.size();
    }

    public KvUsage usage(int kvGroup) {
        GroupBlocks group = groups.get(kvGroup);
        return new KvUsage(
                group.blocks(), group.blocks() - group.available(), group.cachedBlocks(), group.evictedBlocks());
    }

    /** Tokens of admitted sequences that might have come from the prefix cache. */
    public long queriedTokens() {
        return queriedTokens;
    }

    /** Tokens of admitted sequences that came from the prefix cache. */
    public long hitTokens() {
        return hitTokens;
    }

    /**
     * The most ids, prompt included, that a sequence alone has blocks for. A window group that holds its window and what
     * one block's rows add is no limit, if pieces are kept to {@link #roomFor}.
     */
    public int longestSequence() {
        long longest = Integer.MAX_VALUE;
        for (GroupBlocks group : groups) {
            if (!group.isWindow() || group.blocks() < blocksFor(group.windowTokens()) + 2) {
                longest = Math.min(longest, (long) group.blocks() * BLOCK_TOKENS);
            }
        }
        return (int) longest;
    }

    /**
     * Gives a sequence its first blocks: in groups of full attention for all its tokens; in window groups for those of
     * one window and at least one block behind what is cached, so that {@link #grow} is due before each further piece.
     *
     * @param spareBlocks blocks of each group that have to be free afterwards
     * @return empty if the blocks of a group do not suffice; nothing was changed then
     * @throws IllegalArgumentException if the sequence has blocks already
     */
    public Optional<Admission> admit(Candidate candidate, int spareBlocks) {
        requireNew(candidate.sequenceId());
        int cached = prefixes.longestHit(candidate);
        if (!prefixes.suffices(candidate, cached, spareBlocks)) {
            return Optional.empty();
        }
        BlockTable[] tables = prefixes.take(candidate, cached);
        int cachedTokens = cached * BLOCK_TOKENS;
        queriedTokens += Math.min(candidate.tokens(), candidate.reusableTokens());
        hitTokens += cachedTokens;
        return Optional.of(begin(candidate.sequenceId(), candidate.chain(), tables, cachedTokens));
    }

    private void requireNew(long sequenceId) {
        if (live.containsKey(sequenceId)) {
            throw new IllegalArgumentException("sequence %d has KV blocks already".formatted(sequenceId));
        }
    }

    private Admission begin(long sequenceId, PrefixChain chain, BlockTable[] tables, int computedTokens) {
        SequenceBlocks blocks = new SequenceBlocks(this, sequenceId, chain, tables, computedTokens);
        live.put(sequenceId, blocks);
        List<BlockTrim> trims = new ArrayList<>();
        List<BlockAppend> appends = new ArrayList<>();
        for (int g = 0; g < tables.length; g++) {
            int firstPlace = tables[g].firstKept();
            if (firstPlace > 0) {
                trims.add(new BlockTrim(sequenceId, g, firstPlace));
            }
            addIfPresent(appends, tables[g].appendedFrom(firstPlace, sequenceId, g));
        }
        return new Admission(blocks, computedTokens, new BlockChanges(trims, appends, List.of()));
    }

    private static void addIfPresent(List<BlockAppend> appends, @Nullable BlockAppend append) {
        if (append != null) {
            appends.add(append);
        }
    }

    /** Blocks of a group that {@link #grow} to {@code positions} would take. */
    public int missingBlocks(SequenceBlocks blocks, int kvGroup, int positions) {
        requireLive(blocks);
        return blocks.tables()[kvGroup].missing(blocksFor(positions));
    }

    /** The most positions that {@link #grow} could make room for now. */
    public int roomFor(SequenceBlocks blocks) {
        requireLive(blocks);
        long places = Integer.MAX_VALUE / BLOCK_TOKENS;
        for (BlockTable table : blocks.tables()) {
            places = Math.min(places, table.room());
        }
        return (int) places * BLOCK_TOKENS;
    }

    /**
     * Makes room for positions {@code 0 … positions − 1}.
     *
     * @return appends, and copies of blocks that the sequence shared so far and is about to write to; empty if the blocks
     *     of a group do not suffice, nothing was changed then
     */
    public Optional<BlockChanges> grow(SequenceBlocks blocks, int positions) {
        requireLive(blocks);
        int places = blocksFor(positions);
        boolean grows = false;
        for (int g = 0; g < groups.size(); g++) {
            BlockTable table = blocks.tables()[g];
            if (table.missing(places) > groups.get(g).available()) {
                return Optional.empty();
            }
            grows |= places > table.end();
        }
        return grows ? Optional.of(append(blocks, places)) : NO_CHANGES;
    }

    private BlockChanges append(SequenceBlocks blocks, int places) {
        List<BlockAppend> appends = new ArrayList<>(groups.size());
        List<BlockCopy> copies = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            BlockTable table = blocks.tables()[g];
            int firstPlace = table.end();
            table.grow(places, g, copies);
            addIfPresent(appends, table.appendedFrom(firstPlace, blocks.sequenceId(), g));
        }
        return new BlockChanges(List.of(), appends, copies);
    }

    /**
     * Lets another choice of the same prompt begin behind {@code computedTokens} positions: it shares the blocks before
     * the one that its first row goes to. That one, if it holds earlier positions, is copied when the branch grows, or
     * taken over if nobody else holds it any more. Takes no block.
     *
     * @param chain of the branch, see {@link PrefixChain#branch}
     * @param computedTokens positions that the branch has not to compute, all of them confirmed; to sample a token of its
     *     own it computes the last one of the prompt again
     * @throws IllegalArgumentException if not {@link #mayFork}, or if the chain's salt is not the parent's
     */
    public Admission fork(SequenceBlocks parent, long sequenceId, PrefixChain chain, int computedTokens) {
        requireLive(parent);
        requireNew(sequenceId);
        requireShareable(parent, chain, computedTokens);
        BlockTable[] tables = new BlockTable[groups.size()];
        for (int g = 0; g < tables.length; g++) {
            tables[g] = parent.tables()[g].branch(computedTokens);
        }
        return begin(sequenceId, chain, tables, computedTokens);
    }

    /** Whether {@link #fork} finds all that a row at {@code computedTokens} looks at in the parent's blocks. */
    public boolean mayFork(SequenceBlocks parent, int computedTokens) {
        requireLive(parent);
        boolean shareable = computedTokens >= 0 && computedTokens <= parent.confirmedTokens();
        for (BlockTable table : parent.tables()) {
            shareable = shareable && table.hasAllBefore(computedTokens);
        }
        return shareable;
    }

    private void requireShareable(SequenceBlocks parent, PrefixChain chain, int computedTokens) {
        if (!mayFork(parent, computedTokens)) {
            throw new IllegalArgumentException(
                    "%d positions of sequence %d were to be shared; %d are confirmed, and windows may have moved on"
                            .formatted(computedTokens, parent.sequenceId(), parent.confirmedTokens()));
        }
        if (!chain.hasSaltOf(parent.chain())) {
            throw new IllegalArgumentException("sequence %d has another salt than the one that was to share its blocks"
                    .formatted(parent.sequenceId()));
        }
    }

    /**
     * The last stage confirmed the steps that computed positions {@code 0 … computedTokens − 1}: their full blocks may be
     * shared.
     *
     * @throws IllegalArgumentException if it goes back, or beyond the sequence's blocks
     */
    public void confirm(SequenceBlocks blocks, int computedTokens) {
        requireLive(blocks);
        int confirmed = blocks.confirmedTokens();
        requirePosition(blocks, computedTokens);
        if (computedTokens < confirmed) {
            throw new IllegalArgumentException("sequence %d: %d positions are confirmed, not %d"
                    .formatted(blocks.sequenceId(), confirmed, computedTokens));
        }
        for (int place = confirmed / BLOCK_TOKENS; place < computedTokens / BLOCK_TOKENS; place++) {
            ChainHash name = blocks.chain().link(place, hasher);
            for (BlockTable table : blocks.tables()) {
                table.name(place, name);
            }
        }
        if (computedTokens > confirmed) {
            BlockTable.Names before = names(blocks);
            for (BlockTable table : blocks.tables()) {
                table.letCopiedGo(before);
            }
            blocks.confirmed(computedTokens);
        }
    }

    private BlockTable.Names names(SequenceBlocks blocks) {
        return new ConfirmedNames(blocks.chain(), hasher, blocks.confirmedTokens() / BLOCK_TOKENS);
    }

    private record ConfirmedNames(PrefixChain chain, BlockHasher hasher, int count) implements BlockTable.Names {

        @Override
        public ChainHash at(int place) {
            return chain.link(place, hasher);
        }
    }

    /**
     * Takes the blocks of window groups that no row from {@code nextPosition} on looks at out of the sequence's tables.
     * They stay held, since steps in flight may use them, until {@link #reclaim}.
     *
     * @param nextPosition first position of the plan that carries the trims
     */
    public List<BlockTrim> trim(SequenceBlocks blocks, int nextPosition) {
        requireLive(blocks);
        requirePosition(blocks, nextPosition);
        List<BlockTrim> trims = List.of();
        for (int g = 0; g < groups.size(); g++) {
            BlockTable table = blocks.tables()[g];
            if (table.trim(nextPosition)) {
                trims = trims.isEmpty() ? new ArrayList<>(groups.size()) : trims;
                trims.add(new BlockTrim(blocks.sequenceId(), g, table.firstKept()));
            }
        }
        return trims;
    }

    /**
     * Gives back what {@link #trim} with the same position took out of the tables: the step whose plan carried the trims
     * is confirmed.
     *
     * @throws IllegalStateException if the position was not trimmed
     */
    public void reclaim(SequenceBlocks blocks, int nextPosition) {
        requireLive(blocks);
        for (BlockTable table : blocks.tables()) {
            if (!table.isTrimmed(nextPosition)) {
                throw new IllegalStateException("sequence %d: blocks before position %d are in use, from place %d on"
                        .formatted(blocks.sequenceId(), nextPosition, table.firstKept()));
            }
        }
        BlockTable.Names names = names(blocks);
        for (BlockTable table : blocks.tables()) {
            table.reclaim(nextPosition, names);
        }
    }

    /** Gives back all blocks; the steps that use them have come back. The handle is of no use any more. */
    public void release(SequenceBlocks blocks) {
        requireLive(blocks);
        BlockTable.Names names = names(blocks);
        for (BlockTable table : blocks.tables()) {
            table.release(names);
        }
        live.remove(blocks.sequenceId());
        blocks.released();
    }

    private static void requirePosition(SequenceBlocks blocks, int position) {
        if (position < 0 || position > blocks.capacity()) {
            throw new IllegalArgumentException("sequence %d: position %d is outside its KV blocks, which end at %d"
                    .formatted(blocks.sequenceId(), position, blocks.capacity()));
        }
    }

    private void requireLive(SequenceBlocks blocks) {
        if (!blocks.isOf(this)) {
            throw new IllegalStateException(
                    "sequence %d gave its KV blocks back or has them of another pool".formatted(blocks.sequenceId()));
        }
    }

    /**
     * Checks that every block is exactly one of free, cached and held, and held by as many sequences as its count says.
     *
     * @throws IllegalStateException that names group and block
     */
    public void verify() {
        for (int g = 0; g < groups.size(); g++) {
            int[] holders = new int[groups.get(g).blocks()];
            for (SequenceBlocks blocks : live.values()) {
                blocks.tables()[g].countHeld(holders);
            }
            groups.get(g).verify(g, holders);
        }
    }
}
