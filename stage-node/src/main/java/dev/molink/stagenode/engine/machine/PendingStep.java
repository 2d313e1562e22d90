package dev.molink.stagenode.engine.machine;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A plan that this stage has not executed yet, and its hidden state as soon as that is there. */
final class PendingStep {

    private static final long[] NONE = {};

    private final StepPlan plan;
    private final boolean embeds;

    /** Ascending: sequences that the plan names at all. */
    private final long[] sequences;

    /** Ascending: blocks that the plan names and that it fills, or copies to. */
    private final long[] writtenBlocks;

    /** Ascending: blocks that the plan names and only reads: cached ones, and sources of copies. */
    private final long[] readBlocks;

    private @Nullable Activation hiddenIn;
    private long readyNanos;

    PendingStep(StepPlan plan, boolean embeds, long nowNanos) {
        this.plan = plan;
        this.embeds = embeds || plan.rows().isEmpty();
        this.readyNanos = nowNanos;
        this.sequences = sequences(plan);
        boolean namesBlocks =
                !plan.blocks().appends().isEmpty() || !plan.blocks().copies().isEmpty();
        this.writtenBlocks = namesBlocks ? writtenBlocks(plan) : NONE;
        this.readBlocks = namesBlocks ? readBlocks(plan) : NONE;
    }

    StepPlan plan() {
        return plan;
    }

    @Nullable
    Activation hiddenIn() {
        return hiddenIn;
    }

    void arrived(Activation values, long nowNanos) {
        if (hiddenIn != null) {
            values.release();
            return;
        }
        hiddenIn = values;
        readyNanos = nowNanos;
    }

    /** Whether nothing more has to arrive: the first stage embeds token ids, and a plan without rows only frees. */
    boolean ready() {
        return embeds || hiddenIn != null;
    }

    /** When the step became ready. */
    long readyNanos() {
        return readyNanos;
    }

    /** Decode and verify steps: somebody waits for each of their tokens. */
    boolean isPrefill() {
        return plan.kind() == StepKind.PREFILL;
    }

    /**
     * Whether the order of the two plans matters: they name the same sequence, or a block that one of them writes. Blocks
     * that only stand in a table need no look: the head shares a block only after the step that wrote it has come back,
     * and gives it to another sequence only after all that used it have.
     */
    boolean mustKeepOrderWith(PendingStep other) {
        return intersect(sequences, other.sequences)
                || intersect(writtenBlocks, other.writtenBlocks)
                || intersect(writtenBlocks, other.readBlocks)
                || intersect(readBlocks, other.writtenBlocks);
    }

    /**
     * Whether this step is over for the pipeline: the head ends a sequence only when it knows the outcome of each of its
     * steps, so a step that still waits here for its hidden state has failed on an earlier stage.
     */
    boolean isOverGiven(List<SequenceEnd> ended) {
        return !ended.isEmpty()
                && plan.rows().stream()
                        .anyMatch(rows -> ended.stream().anyMatch(end -> end.sequenceId() == rows.sequenceId()));
    }

    private static long[] sequences(StepPlan plan) {
        long[] ids = new long
                [plan.rows().size()
                        + plan.starts().size()
                        + plan.blocks().trims().size()
                        + plan.blocks().appends().size()
                        + plan.verified().size()
                        + plan.ended().size()];
        int count = 0;
        for (var rows : plan.rows()) {
            ids[count++] = rows.sequenceId();
        }
        for (var start : plan.starts()) {
            ids[count++] = start.sequenceId();
        }
        for (var trim : plan.blocks().trims()) {
            ids[count++] = trim.sequenceId();
        }
        for (var append : plan.blocks().appends()) {
            ids[count++] = append.sequenceId();
        }
        for (var verified : plan.verified()) {
            ids[count++] = verified.sequenceId();
        }
        for (var end : plan.ended()) {
            ids[count++] = end.sequenceId();
        }
        Arrays.sort(ids);
        return ids;
    }

    private static long[] writtenBlocks(StepPlan plan) {
        LongStream appended = plan.blocks().appends().stream()
                .flatMapToLong(append -> blocks(
                        append, cachedBlocks(plan, append), append.blockIds().size()));
        LongStream copied = plan.blocks().copies().stream().mapToLong(copy -> key(copy.kvGroup(), copy.target()));
        return LongStream.concat(appended, copied).sorted().toArray();
    }

    private static long[] readBlocks(StepPlan plan) {
        LongStream cached =
                plan.blocks().appends().stream().flatMapToLong(append -> blocks(append, 0, cachedBlocks(plan, append)));
        LongStream copied =
                plan.blocks().copies().stream().mapToLong((BlockCopy copy) -> key(copy.kvGroup(), copy.source()));
        return LongStream.concat(cached, copied).sorted().toArray();
    }

    /** Leading blocks of an append that were full when the sequence got them: prefix hits. */
    private static int cachedBlocks(StepPlan plan, BlockAppend append) {
        for (SequenceStart start : plan.starts()) {
            if (start.sequenceId() == append.sequenceId()) {
                int places = start.cachedTokens() / KvCacheShape.BLOCK_TOKENS - emptyPlaces(plan, append);
                return Math.clamp(places, 0, append.blockIds().size());
            }
        }
        return 0;
    }

    /** Places in front of the appended blocks that a windowed group leaves without a block. */
    private static int emptyPlaces(StepPlan plan, BlockAppend append) {
        for (BlockTrim trim : plan.blocks().trims()) {
            if (trim.sequenceId() == append.sequenceId() && trim.kvGroup() == append.kvGroup()) {
                return trim.firstKept();
            }
        }
        return 0;
    }

    private static LongStream blocks(BlockAppend append, int from, int to) {
        return append.blockIds().subList(from, to).stream().mapToLong(id -> key(append.kvGroup(), id));
    }

    private static long key(int kvGroup, int block) {
        return ((long) kvGroup << Integer.SIZE) | block;
    }

    private static boolean intersect(long[] ascending, long[] other) {
        int i = 0;
        int j = 0;
        while (i < ascending.length && j < other.length) {
            if (ascending[i] == other[j]) {
                return true;
            }
            if (ascending[i] < other[j]) {
                i++;
            } else {
                j++;
            }
        }
        return false;
    }
}
