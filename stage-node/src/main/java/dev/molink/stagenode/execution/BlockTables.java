package dev.molink.stagenode.execution;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The KV block tables of every live sequence, exactly as the head's plans build them. They are kept for all KV groups of
 * the model, those too of which the stage has no layer. Loops go by index: a step allocates nothing.
 */
public final class BlockTables {

    private final List<KvGroupSize> groups;
    private final int[] kvBlocks;
    private final SequenceTables tables;

    /** @param kvBlocks blocks of each of the groups */
    public BlockTables(List<KvGroupSize> groups, List<Integer> kvBlocks) {
        this.groups = List.copyOf(groups);
        this.kvBlocks = kvBlocks.stream().mapToInt(Integer::intValue).toArray();
        this.tables = new SequenceTables(groups.size());
    }

    /** Sequences that have a table. */
    public int sequences() {
        return tables.sequences();
    }

    /** The table of a sequence that the plan just applied has rows of. */
    BlockTable of(long sequenceId, int kvGroup) {
        return Objects.requireNonNull(tables.find(sequenceId, kvGroup));
    }

    /**
     * Drops ended sequences, trims tables and appends blocks; copying blocks is the caller's.
     *
     * @throws IllegalArgumentException if the plan asks for what cannot be; nothing was changed then
     */
    public void apply(StepPlan plan) {
        BlockChanges changes = plan.blocks();
        requireTrims(plan);
        requireAppends(changes.appends());
        requireCopies(changes.copies());
        requireRows(plan);
        for (int i = 0; i < plan.ended().size(); i++) {
            tables.remove(plan.ended().get(i).sequenceId());
        }
        for (int i = 0; i < changes.trims().size(); i++) {
            BlockTrim trim = changes.trims().get(i);
            tables.findOrAdd(trim.sequenceId(), trim.kvGroup()).trim(trim.firstKept());
        }
        for (int i = 0; i < changes.appends().size(); i++) {
            BlockAppend append = changes.appends().get(i);
            tables.findOrAdd(append.sequenceId(), append.kvGroup()).append(append.blockIds());
        }
    }

    private void requireTrims(StepPlan plan) {
        List<BlockTrim> trims = plan.blocks().trims();
        for (int i = 0; i < trims.size(); i++) {
            BlockTrim trim = trims.get(i);
            requireGroup(trim.sequenceId(), trim.kvGroup());
            BlockTable table = kept(plan, trim.sequenceId(), trim.kvGroup());
            if (table == null && !starts(plan, trim.sequenceId())) {
                throw new IllegalArgumentException("sequence %d: no block table of KV group %d to trim"
                        .formatted(trim.sequenceId(), trim.kvGroup()));
            }
            int first = firstKept(table, trims, i, trim.sequenceId(), trim.kvGroup());
            int end = table == null ? Integer.MAX_VALUE : table.end();
            if (trim.firstKept() < first || trim.firstKept() > end) {
                throw new IllegalArgumentException(
                        "sequence %d: a trim of KV group %d to block %d is outside its blocks %d … %d"
                                .formatted(trim.sequenceId(), trim.kvGroup(), trim.firstKept(), first, end));
            }
        }
    }

    /** A sequence that starts behind a cached prefix has no blocks for what its window no longer sees. */
    private static boolean starts(StepPlan plan, long sequenceId) {
        for (int i = 0; i < plan.starts().size(); i++) {
            if (plan.starts().get(i).sequenceId() == sequenceId) {
                return true;
            }
        }
        return false;
    }

    private void requireAppends(List<BlockAppend> appends) {
        for (int i = 0; i < appends.size(); i++) {
            BlockAppend append = appends.get(i);
            requireGroup(append.sequenceId(), append.kvGroup());
            for (int j = 0; j < append.blockIds().size(); j++) {
                int id = append.blockIds().get(j);
                if (id < 0 || id >= kvBlocks[append.kvGroup()]) {
                    throw new IllegalArgumentException("sequence %d: KV block %d is outside this stage's %d blocks"
                            .formatted(append.sequenceId(), id, kvBlocks[append.kvGroup()]));
                }
            }
        }
    }

    private void requireGroup(long sequenceId, int kvGroup) {
        if (kvGroup < 0 || kvGroup >= kvBlocks.length) {
            throw new IllegalArgumentException("sequence %d: KV group %d is unknown; the model has groups 0 … %d"
                    .formatted(sequenceId, kvGroup, kvBlocks.length - 1));
        }
    }

    private void requireCopies(List<BlockCopy> copies) {
        for (int i = 0; i < copies.size(); i++) {
            BlockCopy copy = copies.get(i);
            int group = copy.kvGroup();
            if (group < 0 || group >= kvBlocks.length) {
                throw new IllegalArgumentException(
                        "a copy of KV block %d to %d names KV group %d, which is unknown; the model has groups 0 … %d"
                                .formatted(copy.source(), copy.target(), group, kvBlocks.length - 1));
            }
            int blocks = kvBlocks[group];
            if (copy.source() < 0 || copy.source() >= blocks || copy.target() < 0 || copy.target() >= blocks) {
                throw new IllegalArgumentException(
                        "a copy of KV block %d to %d in KV group %d is outside this stage's %d blocks"
                                .formatted(copy.source(), copy.target(), group, blocks));
            }
        }
    }

    private void requireRows(StepPlan plan) {
        for (int i = 0; i < plan.rows().size(); i++) {
            for (int group = 0; group < kvBlocks.length; group++) {
                requireBlocksFor(plan, plan.rows().get(i), group);
            }
        }
    }

    private void requireBlocksFor(StepPlan plan, SequenceRows rows, int group) {
        long id = rows.sequenceId();
        BlockTable table = kept(plan, id, group);
        int first =
                firstKept(table, plan.blocks().trims(), plan.blocks().trims().size(), id, group);
        int end = (table == null ? first : table.end()) + appended(plan.blocks().appends(), id, group);
        long endPosition = (long) rows.firstPosition() + rows.tokenCount();
        if (endPosition > (long) end * KvCacheShape.BLOCK_TOKENS) {
            throw new IllegalArgumentException(
                    "sequence %d: positions up to %d do not fit its %d KV blocks of %d tokens%s"
                            .formatted(id, endPosition - 1, end, KvCacheShape.BLOCK_TOKENS, inGroup(group)));
        }
        int seen = groups.get(group).firstSeen(rows.firstPosition());
        if (seen < first * KvCacheShape.BLOCK_TOKENS) {
            throw new IllegalArgumentException(
                    "sequence %d: position %d sees positions from %d on, but the first %d KV blocks were trimmed%s"
                            .formatted(id, rows.firstPosition(), seen, first, inGroup(group)));
        }
    }

    private String inGroup(int group) {
        return kvBlocks.length == 1 ? "" : " in KV group " + group;
    }

    /** The table that the sequence brings along; null if it has none or the plan ends it first. */
    private @Nullable BlockTable kept(StepPlan plan, long sequenceId, int group) {
        List<SequenceEnd> ended = plan.ended();
        for (int i = 0; i < ended.size(); i++) {
            if (ended.get(i).sequenceId() == sequenceId) {
                return null;
            }
        }
        return tables.find(sequenceId, group);
    }

    /** The first block kept after the first {@code count} trims. */
    private static int firstKept(
            @Nullable BlockTable table, List<BlockTrim> trims, int count, long sequenceId, int group) {
        int first = table == null ? 0 : table.first();
        for (int i = 0; i < count; i++) {
            BlockTrim trim = trims.get(i);
            if (trim.sequenceId() == sequenceId && trim.kvGroup() == group) {
                first = trim.firstKept();
            }
        }
        return first;
    }

    private static int appended(List<BlockAppend> appends, long sequenceId, int group) {
        int appended = 0;
        for (int i = 0; i < appends.size(); i++) {
            BlockAppend append = appends.get(i);
            if (append.sequenceId() == sequenceId && append.kvGroup() == group) {
                appended += append.blockIds().size();
            }
        }
        return appended;
    }
}
