package dev.molink.stagenode.kvcache;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    private final BlockHasher hasher = new BlockHasher();
    private final Map<Long, SequenceBlocks> live = new HashMap<>();
    private long queriedTokens;
    private long hitTokens;

    /** @param groups KV groups of the model, by their number */
    public KvPool(List<KvGroup> groups) {
        this.groups = groups.stream().map(GroupBlocks::new).toList();
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
        int cached = longestHit(candidate);
        for (GroupBlocks group : groups) {
            if (!suffices(group, candidate, cached, spareBlocks)) {
                return Optional.empty();
            }
        }
        return Optional.of(take(candidate, cached));
    }

    private void requireNew(long sequenceId) {
        if (live.containsKey(sequenceId)) {
            throw new IllegalArgumentException("sequence %d has KV blocks already".formatted(sequenceId));
        }
    }

    /**
     * Blocks of the longest prefix that every group still has what is needed of: the whole prefix, or the part that lies
     * in the window before the first row to compute. At least one token is left to compute.
     */
    private int longestHit(Candidate candidate) {
        int[] unbroken = new int[groups.size()];
        int longest = 0;
        int most = Math.min(candidate.tokens() - 1, candidate.reusableTokens()) / BLOCK_TOKENS;
        for (int length = 1; length <= most; length++) {
            ChainHash name = candidate.chain().link(length - 1, hasher);
            boolean hit = true;
            for (int g = 0; g < unbroken.length; g++) {
                GroupBlocks group = groups.get(g);
                unbroken[g] = group.find(name) == GroupBlocks.NONE ? 0 : unbroken[g] + 1;
                if (unbroken[g] == 0 && !group.isWindow()) {
                    return longest;
                }
                hit &= unbroken[g] >= length - group.firstNeeded(length * BLOCK_TOKENS);
            }
            longest = hit ? length : longest;
        }
        return longest;
    }

    private boolean suffices(GroupBlocks group, Candidate candidate, int cached, int spareBlocks) {
        int revived = 0;
        for (int place = group.firstNeeded(cached * BLOCK_TOKENS); place < cached; place++) {
            int id = group.find(candidate.chain().link(place, hasher));
            revived += group.references(id) == 0 ? 1 : 0;
        }
        int fresh = firstPlaces(group, candidate, cached) - cached;
        return (long) fresh + revived + spareBlocks <= group.available();
    }

    private static int firstPlaces(GroupBlocks group, Candidate candidate, int cached) {
        int places = blocksFor(candidate.tokens());
        return group.isWindow() ? Math.min(places, Math.max(blocksFor(group.windowTokens()), cached + 1)) : places;
    }

    private Admission take(Candidate candidate, int cached) {
        BlockTable[] tables = new BlockTable[groups.size()];
        for (int g = 0; g < tables.length; g++) {
            GroupBlocks group = groups.get(g);
            int places = firstPlaces(group, candidate, cached);
            tables[g] = new BlockTable(group.firstNeeded(cached * BLOCK_TOKENS), places);
            while (tables[g].end() < cached) {
                int id = group.find(candidate.chain().link(tables[g].end(), hasher));
                group.share(id);
                tables[g].append(id);
            }
            while (tables[g].end() < places) {
                tables[g].append(group.take());
            }
        }
        int cachedTokens = cached * BLOCK_TOKENS;
        queriedTokens += Math.min(candidate.tokens(), candidate.reusableTokens());
        hitTokens += cachedTokens;
        return begin(new SequenceBlocks(candidate.sequenceId(), candidate.chain(), tables, cachedTokens));
    }

    private Admission begin(SequenceBlocks blocks) {
        live.put(blocks.sequenceId(), blocks);
        blocks.pool(this);
        List<BlockTrim> trims = new ArrayList<>();
        List<BlockAppend> appends = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            BlockTable table = blocks.table(g);
            if (table.firstKept() > 0) {
                trims.add(new BlockTrim(blocks.sequenceId(), g, table.firstKept()));
            }
            addAppend(appends, blocks, g, table.firstKept());
        }
        return new Admission(blocks, blocks.confirmedTokens(), new BlockChanges(trims, appends, List.of()));
    }

    private static void addAppend(List<BlockAppend> appends, SequenceBlocks blocks, int kvGroup, int firstPlace) {
        BlockTable table = blocks.table(kvGroup);
        if (firstPlace < table.end()) {
            List<Integer> ids = new ArrayList<>(table.end() - firstPlace);
            for (int place = firstPlace; place < table.end(); place++) {
                ids.add(table.at(place));
            }
            appends.add(new BlockAppend(blocks.sequenceId(), kvGroup, ids));
        }
    }

    /** Blocks of a group that {@link #grow} to {@code positions} would take. */
    public int missingBlocks(SequenceBlocks blocks, int kvGroup, int positions) {
        requireLive(blocks);
        return missing(blocks, kvGroup, positions);
    }

    private int missing(SequenceBlocks blocks, int kvGroup, int positions) {
        int missing = blocksFor(positions) - blocks.table(kvGroup).end();
        if (missing <= 0) {
            return 0;
        }
        return takesTailOver(blocks, kvGroup) ? missing - 1 : missing;
    }

    private boolean takesTailOver(SequenceBlocks blocks, int kvGroup) {
        int tail = blocks.tail(kvGroup);
        GroupBlocks group = groups.get(kvGroup);
        return tail != GroupBlocks.NONE && group.references(tail) == 1 && group.name(tail) == null;
    }

    /** The most positions that {@link #grow} could make room for now. */
    public int roomFor(SequenceBlocks blocks) {
        requireLive(blocks);
        long room = Integer.MAX_VALUE;
        for (int g = 0; g < groups.size(); g++) {
            long places = (long) blocks.table(g).end() + groups.get(g).available() + (takesTailOver(blocks, g) ? 1 : 0);
            room = Math.min(room, places * BLOCK_TOKENS);
        }
        return (int) room;
    }

    /**
     * Makes room for positions {@code 0 … positions − 1}.
     *
     * @return appends, and copies of blocks that the sequence shared so far and is about to write to; empty if the blocks
     *     of a group do not suffice, nothing was changed then
     */
    public Optional<BlockChanges> grow(SequenceBlocks blocks, int positions) {
        requireLive(blocks);
        boolean grows = false;
        for (int g = 0; g < groups.size(); g++) {
            if (missing(blocks, g, positions) > groups.get(g).available()) {
                return Optional.empty();
            }
            grows |= blocksFor(positions) > blocks.table(g).end();
        }
        return grows ? Optional.of(append(blocks, positions)) : NO_CHANGES;
    }

    private BlockChanges append(SequenceBlocks blocks, int positions) {
        List<BlockAppend> appends = new ArrayList<>(groups.size());
        List<BlockCopy> copies = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            BlockTable table = blocks.table(g);
            int firstPlace = table.end();
            if (blocksFor(positions) > firstPlace && blocks.tail(g) != GroupBlocks.NONE) {
                table.append(ownTail(blocks, g, copies));
            }
            while (table.end() < blocksFor(positions)) {
                table.append(groups.get(g).take());
            }
            addAppend(appends, blocks, g, firstPlace);
        }
        return new BlockChanges(List.of(), appends, copies);
    }

    private int ownTail(SequenceBlocks blocks, int kvGroup, List<BlockCopy> copies) {
        int tail = blocks.tail(kvGroup);
        boolean takesOver = takesTailOver(blocks, kvGroup);
        blocks.tail(kvGroup, GroupBlocks.NONE);
        if (takesOver) {
            return tail;
        }
        int copy = groups.get(kvGroup).take();
        copies.add(new BlockCopy(kvGroup, tail, copy));
        blocks.copied(kvGroup, tail);
        return copy;
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
        int full = computedTokens / BLOCK_TOKENS;
        BlockTable[] tables = new BlockTable[groups.size()];
        for (int g = 0; g < tables.length; g++) {
            tables[g] = new BlockTable(groups.get(g).firstNeeded(computedTokens), full + 1);
            while (tables[g].end() < full) {
                int id = parent.table(g).at(tables[g].end());
                groups.get(g).share(id);
                tables[g].append(id);
            }
        }
        SequenceBlocks branch = new SequenceBlocks(sequenceId, chain, tables, computedTokens);
        if (computedTokens > full * BLOCK_TOKENS) {
            shareTail(parent, branch, full);
        }
        return begin(branch);
    }

    /** Whether {@link #fork} finds all that a row at {@code computedTokens} looks at in the parent's blocks. */
    public boolean mayFork(SequenceBlocks parent, int computedTokens) {
        requireLive(parent);
        boolean shareable = computedTokens >= 0 && computedTokens <= parent.confirmedTokens();
        for (int g = 0; g < groups.size(); g++) {
            int needed = groups.get(g).firstNeeded(computedTokens);
            shareable &= needed == blocksFor(computedTokens) || parent.table(g).firstHeld() <= needed;
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

    private void shareTail(SequenceBlocks parent, SequenceBlocks branch, int place) {
        for (int g = 0; g < groups.size(); g++) {
            BlockTable table = parent.table(g);
            // a parent that is a branch itself, and has not grown, has the block as its tail
            int tail = place < table.end() ? table.at(place) : parent.tail(g);
            groups.get(g).share(tail);
            branch.tail(g, tail);
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
            for (int g = 0; g < groups.size(); g++) {
                if (place >= blocks.table(g).firstHeld()) {
                    groups.get(g).name(blocks.table(g).at(place), name);
                }
            }
        }
        if (computedTokens > confirmed) {
            letCopiedGo(blocks);
        }
        blocks.confirmed(computedTokens);
    }

    /** What a branch copied was the block of its first own row, up to which the prompt is confirmed. */
    private void letCopiedGo(SequenceBlocks blocks) {
        for (int g = 0; g < groups.size(); g++) {
            if (blocks.copied(g) != GroupBlocks.NONE) {
                groups.get(g).letGo(blocks.copied(g));
                blocks.copied(g, GroupBlocks.NONE);
                for (int place = blocks.confirmedTokens() / BLOCK_TOKENS - 1; place >= 0; place--) {
                    groups.get(g).touch(blocks.chain().link(place, hasher));
                }
            }
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
            int place = groups.get(g).firstNeeded(nextPosition);
            if (place > blocks.table(g).firstKept()) {
                blocks.table(g).trim(place);
                trims = trims.isEmpty() ? new ArrayList<>(groups.size()) : trims;
                trims.add(new BlockTrim(blocks.sequenceId(), g, place));
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
        for (int g = 0; g < groups.size(); g++) {
            BlockTable table = blocks.table(g);
            int place = groups.get(g).firstNeeded(nextPosition);
            if (place > table.firstKept()) {
                throw new IllegalStateException("sequence %d: blocks of KV group %d before place %d are in use up to %d"
                        .formatted(blocks.sequenceId(), g, place, table.firstKept()));
            }
            while (table.firstHeld() < place) {
                letGo(blocks, g, table.firstHeld());
                table.letGo();
            }
        }
    }

    /** Gives back all blocks; the steps that use them have come back. The handle is of no use any more. */
    public void release(SequenceBlocks blocks) {
        requireLive(blocks);
        // the tail hangs on the blocks of the table, and so has to be less recently used
        letCopiedGo(blocks);
        for (int g = 0; g < groups.size(); g++) {
            if (blocks.tail(g) != GroupBlocks.NONE) {
                groups.get(g).letGo(blocks.tail(g));
            }
            BlockTable table = blocks.table(g);
            for (int place = table.end() - 1; place >= table.firstHeld(); place--) {
                letGo(blocks, g, place);
            }
        }
        live.remove(blocks.sequenceId());
        blocks.pool(null);
    }

    private void letGo(SequenceBlocks blocks, int kvGroup, int place) {
        int id = blocks.table(kvGroup).at(place);
        if (place < blocks.confirmedTokens() / BLOCK_TOKENS) {
            groups.get(kvGroup).letGo(id, blocks.chain().link(place, hasher));
        } else {
            groups.get(kvGroup).letGo(id);
        }
    }

    private void requirePosition(SequenceBlocks blocks, int position) {
        int end = Integer.MAX_VALUE;
        for (int g = 0; g < groups.size(); g++) {
            int tail = blocks.tail(g) == GroupBlocks.NONE ? 0 : 1;
            end = Math.min(end, (blocks.places(g) + tail) * BLOCK_TOKENS);
        }
        if (position < 0 || position > end) {
            throw new IllegalArgumentException("sequence %d: position %d is outside its KV blocks, which end at %d"
                    .formatted(blocks.sequenceId(), position, end));
        }
    }

    private void requireLive(SequenceBlocks blocks) {
        if (blocks.pool() != this) {
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
                blocks.countHeld(g, holders);
            }
            groups.get(g).verify(g, holders);
        }
    }
}
