package dev.molink.stagenode.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stage that obeys plans and keeps in each position of each block what keys and values depend on: the salt and all ids
 * up to that position, as a number. Rows check everything that they look at.
 */
final class StageReplica {

    static final long NOTHING = 0;
    static final long REJECTED = -1;

    private final List<KvGroup> groups;

    /** By group, block and position within the block. */
    private final List<long[][]> contents = new ArrayList<>();

    /** By sequence and group, by place; null before the first kept place. */
    private final Map<Long, List<List<@Nullable Integer>>> tables = new HashMap<>();

    StageReplica(List<KvGroup> groups) {
        this.groups = groups;
        for (KvGroup group : groups) {
            contents.add(new long[group.blocks()][KvPool.BLOCK_TOKENS]);
        }
    }

    static long content(String salt, List<Integer> ids, int position) {
        long hash = 31L * salt.hashCode() + ids.subList(0, position + 1).hashCode();
        return (1L << Integer.SIZE) | (hash & 0xFFFFFFFFL);
    }

    void apply(BlockChanges changes) {
        for (BlockTrim trim : changes.trims()) {
            List<@Nullable Integer> table = table(trim.sequenceId(), trim.kvGroup());
            while (table.size() < trim.firstKept()) {
                table.add(null);
            }
            table.subList(0, trim.firstKept()).replaceAll(_ -> null);
        }
        for (BlockAppend append : changes.appends()) {
            table(append.sequenceId(), append.kvGroup()).addAll(append.blockIds());
        }
        for (BlockCopy copy : changes.copies()) {
            long[][] blocks = contents.get(copy.kvGroup());
            blocks[copy.target()] = blocks[copy.source()].clone();
        }
    }

    private List<@Nullable Integer> table(long sequenceId, int kvGroup) {
        return tables.computeIfAbsent(sequenceId, _ -> emptyTables()).get(kvGroup);
    }

    private List<List<@Nullable Integer>> emptyTables() {
        List<List<@Nullable Integer>> empty = new ArrayList<>();
        groups.forEach(_ -> empty.add(new ArrayList<>()));
        return empty;
    }

    /** Writes rows from a position on and checks what each of them looks at. */
    void compute(NaivePool.Sequence sequence, int firstPosition, List<Long> rows) {
        for (int g = 0; g < groups.size(); g++) {
            List<@Nullable Integer> table = table(sequence.id, g);
            for (int i = 0; i < rows.size(); i++) {
                int position = firstPosition + i;
                block(g, table, position)[position % KvPool.BLOCK_TOKENS] = rows.get(i);
                if (rows.get(i) != REJECTED) {
                    requireContents(sequence, g, table, position);
                }
            }
        }
    }

    private long[] block(int kvGroup, List<@Nullable Integer> table, int position) {
        Integer id = table.get(position / KvPool.BLOCK_TOKENS);
        return contents.get(kvGroup)[Objects.requireNonNull(id, "a row looks at a block that was trimmed")];
    }

    private void requireContents(
            NaivePool.Sequence sequence, int kvGroup, List<@Nullable Integer> table, int position) {
        int window = groups.get(kvGroup).windowTokens();
        int first = window == 0 ? 0 : Math.max(0, position - window + 1);
        for (int p = first; p <= position; p++) {
            assertThat(block(kvGroup, table, p)[p % KvPool.BLOCK_TOKENS])
                    .as("sequence %d, row %d, KV group %d at position %d", sequence.id, position, kvGroup, p)
                    .isEqualTo(content(sequence.salt, sequence.ids, p));
        }
    }

    /** Whether the blocks hold the sequence's first positions already, as far as a row behind them looks at them. */
    void requireShared(NaivePool.Sequence sequence, BlockChanges changes, int tokens) {
        for (BlockAppend append : changes.appends()) {
            int window = groups.get(append.kvGroup()).windowTokens();
            int skipped = changes.trims().stream()
                    .filter(trim -> trim.kvGroup() == append.kvGroup())
                    .mapToInt(BlockTrim::firstKept)
                    .sum();
            List<@Nullable Integer> table = new ArrayList<>(Arrays.asList(new Integer[skipped]));
            table.addAll(append.blockIds());
            int first = window == 0 ? 0 : Math.max(0, tokens - window + 1);
            for (int p = first; p < Math.min(tokens, table.size() * KvPool.BLOCK_TOKENS); p++) {
                assertThat(block(append.kvGroup(), table, p)[p % KvPool.BLOCK_TOKENS])
                        .as("sequence %d shares position %d of KV group %d", sequence.id, p, append.kvGroup())
                        .isEqualTo(content(sequence.salt, sequence.ids, p));
            }
        }
    }

    void drop(long sequenceId) {
        tables.remove(sequenceId);
    }
}
