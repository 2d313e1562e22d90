package dev.molink.stagenode.engine;

import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.execution.LogitRows;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stage whose layers mix all that stands in the sequence's KV blocks, with whole numbers that f32 holds exactly. Its
 * logits depend on every earlier token of the sequence and on nothing else, so a wrong block, row or position shows.
 * Token {@link #POISON} makes the middle layer throw; {@link #NAN} makes the logits not a number.
 */
final class HistoryStage implements StageExecutor {

    static final int LAYERS = 6;
    static final int VOCABULARY = 97;
    static final int POISON = 96;
    static final int NAN = 95;

    private static final int BLOCK_TOKENS = 16;
    private static final int MODULUS = 99_991;
    private static final int HIDDEN_SIZE = 2;

    private final int firstLayer;
    private final int endLayer;
    private final Map<Long, List<Integer>> tables = new HashMap<>();
    private float[][] kv = new float[0][];
    private float[] output = new float[0];
    private int steps;

    HistoryStage(int firstLayer, int endLayer) {
        this.firstLayer = firstLayer;
        this.endLayer = endLayer;
    }

    @Override
    public List<KvGroupSize> kvGroups() {
        return List.of(new KvGroupSize(0, (long) BLOCK_TOKENS * Float.BYTES * (endLayer - firstLayer)));
    }

    @Override
    public synchronized void prepare(List<Integer> kvBlocks) {
        kv = new float[endLayer - firstLayer][kvBlocks.getFirst() * BLOCK_TOKENS];
        tables.clear();
        notifyAll();
    }

    @Override
    public synchronized int sequences() {
        return tables.size();
    }

    synchronized int steps() {
        return steps;
    }

    /** Waits until as many sequences hold blocks. */
    synchronized void awaitSequences(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (tables.size() != count) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("%d sequences hold blocks, %d expected".formatted(tables.size(), count));
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    @Override
    public synchronized StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows) {
        steps++;
        plan.ended().forEach(end -> tables.remove(end.sequenceId()));
        for (BlockAppend append : plan.blocks().appends()) {
            tables.computeIfAbsent(append.sequenceId(), _ -> new ArrayList<>()).addAll(append.blockIds());
        }
        plan.blocks().copies().forEach(this::copy);
        notifyAll();
        float[] hidden = new float[plan.tokens() * HIDDEN_SIZE];
        if (firstLayer > 0 && hiddenIn != null) {
            MemorySegment.copy(hiddenIn, ValueLayout.JAVA_FLOAT, 0, hidden, 0, hidden.length);
        }
        List<float[]> sampled = new ArrayList<>();
        int[] planRows = new int[plan.tokens()];
        int row = 0;
        for (SequenceRows rows : plan.rows()) {
            for (int i = 0; i < rows.tokenCount(); i++, row++) {
                if (firstLayer == 0) {
                    hidden[row * HIDDEN_SIZE] = rows.tokenIds().get(i);
                    hidden[row * HIDDEN_SIZE + 1] = rows.tokenIds().get(i);
                }
                computeRow(rows.sequenceId(), rows.firstPosition() + i, hidden, row * HIDDEN_SIZE);
                if (i >= rows.tokenCount() - rows.sampledRows()) {
                    planRows[sampled.size()] = row;
                    sampled.add(logits(hidden[row * HIDDEN_SIZE], hidden[row * HIDDEN_SIZE + 1]));
                }
            }
        }
        return endLayer < LAYERS ? hiddenOut(hidden, row) : logitsOut(sampled, planRows);
    }

    private void copy(BlockCopy copy) {
        for (float[] cache : kv) {
            System.arraycopy(cache, copy.source() * BLOCK_TOKENS, cache, copy.target() * BLOCK_TOKENS, BLOCK_TOKENS);
        }
    }

    private void computeRow(long sequenceId, int position, float[] hidden, int at) {
        List<Integer> table = tables.getOrDefault(sequenceId, List.of());
        for (int layer = firstLayer; layer < endLayer; layer++) {
            if (layer == LAYERS / 2 && hidden[at + 1] == POISON) {
                throw new IllegalArgumentException("poisoned token at position %d".formatted(position));
            }
            float[] cache = kv[layer - firstLayer];
            cache[slot(table, position)] = hidden[at];
            long mixed = 7L * layer;
            for (int earlier = 0; earlier <= position; earlier++) {
                mixed += (earlier + 3L) * (long) cache[slot(table, earlier)];
            }
            hidden[at] = mixed % MODULUS;
        }
    }

    private static int slot(List<Integer> table, int position) {
        return table.get(position / BLOCK_TOKENS) * BLOCK_TOKENS + position % BLOCK_TOKENS;
    }

    private static float[] logits(float state, float lastToken) {
        float[] logits = new float[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            long mixed = (((long) state) * 48_271L + id * 69_621L) % MODULUS;
            logits[id] = mixed * mixed % MODULUS / (float) MODULUS * 4;
        }
        logits[POISON] = Float.NEGATIVE_INFINITY;
        logits[NAN] = lastToken == NAN ? Float.NaN : Float.NEGATIVE_INFINITY;
        return logits;
    }

    private StageOutput hiddenOut(float[] hidden, int rows) {
        return new StageOutput.Hidden(reused(hidden), rows, HIDDEN_SIZE);
    }

    private StageOutput logitsOut(List<float[]> rows, int[] planRows) {
        float[] all = new float[rows.size() * VOCABULARY];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, all, i * VOCABULARY, VOCABULARY);
        }
        return new StageOutput.Logits(reused(all), rows.size(), VOCABULARY, planRows);
    }

    /** Like a real executor's, the memory is overwritten by the next step. */
    private MemorySegment reused(float[] values) {
        if (output.length < values.length) {
            output = new float[values.length];
        }
        Arrays.fill(output, Float.NaN);
        System.arraycopy(values, 0, output, 0, values.length);
        return MemorySegment.ofArray(output).asSlice(0, (long) values.length * Float.BYTES);
    }

    @Override
    public void close() {}
}
