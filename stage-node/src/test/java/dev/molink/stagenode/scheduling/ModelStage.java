package dev.molink.stagenode.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.kvcache.KvPool;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * One stage: block tables as plans build them, and in each slot of each block the state of the position that was written
 * there last. A row finds exactly the states of its own history at all positions that it looks at, or the test fails; so
 * sharing, copying, trimming and reuse show by content.
 */
final class ModelStage {

    private static final int NO_BLOCK = -1;

    private final List<KvGroup> groups;
    private final long[][] slots;
    private final LongFunction<long[]> trueStates;
    private final Map<Long, List<List<Integer>>> tables = new HashMap<>();
    private final Map<Long, SequenceStart> starts = new HashMap<>();
    private final Set<Long> broken = new HashSet<>();

    /** @param trueStates the states at all positions of a sequence, by its id */
    ModelStage(List<KvGroup> groups, LongFunction<long[]> trueStates) {
        this.groups = groups;
        this.trueStates = trueStates;
        this.slots = groups.stream()
                .map(group -> new long[group.blocks() * KvPool.BLOCK_TOKENS])
                .toArray(long[][]::new);
    }

    int sequences() {
        return tables.size();
    }

    SequenceStart start(long sequenceId) {
        return Objects.requireNonNull(starts.get(sequenceId), "never started");
    }

    boolean mustFail(StepPlan plan) {
        return plan.rows().stream().anyMatch(rows -> broken.contains(rows.sequenceId()));
    }

    /** What is left of a step whose rows are not computed. */
    void skip(StepPlan plan) {
        end(plan);
        plan.rows().forEach(rows -> broken.add(rows.sequenceId()));
    }

    private void end(StepPlan plan) {
        plan.ended().forEach(end -> {
            tables.remove(end.sequenceId());
            starts.remove(end.sequenceId());
            broken.remove(end.sequenceId());
        });
    }

    /** Computes a step; returns the states of each row, by the order of the plan's rows. */
    List<long[]> execute(StepPlan plan) {
        end(plan);
        for (SequenceStart start : plan.starts()) {
            assertThat(tables).as("started twice").doesNotContainKey(start.sequenceId());
            List<List<Integer>> table = new ArrayList<>();
            groups.forEach(_ -> table.add(new ArrayList<>()));
            tables.put(start.sequenceId(), table);
            starts.put(start.sequenceId(), start);
        }
        plan.blocks().trims().forEach(this::trim);
        plan.blocks().appends().forEach(this::append);
        plan.blocks().copies().forEach(this::copy);
        return plan.rows().stream().map(this::compute).toList();
    }

    private void trim(BlockTrim trim) {
        List<Integer> table = table(trim.sequenceId(), trim.kvGroup());
        for (int place = 0; place < trim.firstKept(); place++) {
            if (place < table.size()) {
                table.set(place, NO_BLOCK);
            } else {
                table.add(NO_BLOCK);
            }
        }
    }

    private void append(BlockAppend append) {
        int blocks = groups.get(append.kvGroup()).blocks();
        assertThat(append.blockIds()).allMatch(id -> id >= 0 && id < blocks);
        table(append.sequenceId(), append.kvGroup()).addAll(append.blockIds());
    }

    private void copy(BlockCopy copy) {
        System.arraycopy(
                slots[copy.kvGroup()],
                copy.source() * KvPool.BLOCK_TOKENS,
                slots[copy.kvGroup()],
                copy.target() * KvPool.BLOCK_TOKENS,
                KvPool.BLOCK_TOKENS);
    }

    private List<Integer> table(long sequenceId, int kvGroup) {
        return Objects.requireNonNull(tables.get(sequenceId), "no table").get(kvGroup);
    }

    private long[] compute(SequenceRows rows) {
        long[] history = trueStates.apply(rows.sequenceId());
        int first = rows.firstPosition();
        long[] states = new long[rows.tokenCount()];
        for (int i = 0; i < states.length; i++) {
            long before = i > 0 ? states[i - 1] : first > 0 ? history[first - 1] : ModelText.stateBefore();
            states[i] = ModelText.state(before, rows.tokenIds().get(i));
            if (rows.sampledRows() < 2 && states[i] != history[first + i]) {
                fail("sequence %d, row %d: another's id".formatted(rows.sequenceId(), first + i));
            }
            for (int group = 0; group < groups.size(); group++) {
                lookAndWrite(rows, group, first + i, history, states);
            }
        }
        return states;
    }

    private void lookAndWrite(SequenceRows rows, int group, int position, long[] history, long[] states) {
        int window = groups.get(group).windowTokens();
        int first = rows.firstPosition();
        List<Integer> table = table(rows.sequenceId(), group);
        for (int seen = window == 0 ? 0 : Math.max(0, position - window + 1); seen < position; seen++) {
            long expected = seen < first ? history[seen] : states[seen - first];
            if (slots[group][slot(table, rows, group, seen)] != expected) {
                fail("sequence %d, row %d, KV group %d: another's keys and values at position %d"
                        .formatted(rows.sequenceId(), position, group, seen));
            }
        }
        slots[group][slot(table, rows, group, position)] = states[position - first];
    }

    private static int slot(List<Integer> table, SequenceRows rows, int group, int position) {
        int place = position / KvPool.BLOCK_TOKENS;
        if (place >= table.size() || table.get(place) == NO_BLOCK) {
            fail("sequence %d, KV group %d: no block for position %d".formatted(rows.sequenceId(), group, position));
        }
        return table.get(place) * KvPool.BLOCK_TOKENS + position % KvPool.BLOCK_TOKENS;
    }
}
