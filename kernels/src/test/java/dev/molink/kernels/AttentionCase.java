package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Projection to queries, keys and values, rotation, KV cache and attention over one sequence of {@code context}
 * positions: all but the last two in one step, the last two in a second one whose outputs are compared.
 */
final class AttentionCase {

    private static final int HIDDEN = 16;
    private static final int COMPARED = 2;

    private final Arena arena;
    private final AttentionShape shape;
    private final int context;
    private final int windowTokens;
    private final DType kvDtype;
    private final StoredMatrix norm;
    private final StoredMatrix query;
    private final StoredMatrix key;
    private final StoredMatrix value;
    private final StoredMatrix keyBias;
    private final StoredMatrix queryNorm;
    private final float[] hidden;

    AttentionCase(Arena arena, AttentionShape shape, int context, Random random) {
        this(arena, shape, context, 0, DType.F32, random);
    }

    AttentionCase(Arena arena, AttentionShape shape, int context, int windowTokens, DType kvDtype, Random random) {
        this.arena = arena;
        this.windowTokens = windowTokens;
        this.kvDtype = kvDtype;
        this.shape = shape;
        this.context = context;
        this.norm = StoredMatrix.random(arena, DType.F32, 1, HIDDEN, random);
        this.query = StoredMatrix.random(arena, DType.F32, shape.queryColumns(), HIDDEN, random);
        this.key = StoredMatrix.random(arena, DType.BF16, shape.keyColumns(), HIDDEN, random);
        this.value = StoredMatrix.random(arena, DType.F16, shape.keyColumns(), HIDDEN, random);
        this.keyBias = StoredMatrix.random(arena, DType.F32, 1, shape.keyColumns(), random);
        this.queryNorm = StoredMatrix.random(arena, DType.F32, 1, shape.headWidth(), random);
        this.hidden = new float[context * HIDDEN];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = (float) random.nextGaussian();
        }
    }

    private int firstCompared() {
        return Math.max(0, context - COMPARED);
    }

    /** The attention's output for the compared rows. */
    float[] run(TensorOps ops) {
        AttentionWeights weights = new AttentionWeights(
                shape,
                new RmsNorm(norm.on(ops), 1e-6f),
                query.linear(ops),
                key.linear(ops, keyBias.on(ops)),
                value.linear(ops),
                new RmsNorm(queryNorm.on(ops), 1e-6f),
                null);
        KvCache cache = ops.kvCache(
                new KvCacheShape(0, windowTokens, 2, context / 16 + 1, shape.kvHeads(), shape.headWidth(), kvDtype));
        if (firstCompared() > 0) {
            step(ops, weights, cache, 0, firstCompared());
        }
        overwriteUnseenBlocks((CpuKvCache) cache);
        return step(ops, weights, cache, firstCompared(), context);
    }

    private int firstBlock(KvCache cache, int position) {
        return cache.shape().firstSeen(position) / 16;
    }

    /** What fell out of the window of the compared rows belongs to others by now. */
    private void overwriteUnseenBlocks(CpuKvCache cache) {
        float[] garbage = new float[shape.headWidth()];
        Arrays.fill(garbage, Float.NaN);
        List<Integer> blocks = blocks();
        for (int block = 0; block < firstBlock(cache, firstCompared()); block++) {
            for (int slot = 0; slot < 16; slot++) {
                for (int head = 0; head < shape.kvHeads(); head++) {
                    cache.writeKey(1, blocks.get(block), slot, head, garbage, 0);
                    cache.writeValue(1, blocks.get(block), slot, head, garbage, 0);
                }
            }
        }
    }

    private List<Integer> blocks() {
        return TensorOpsContract.shuffledBlocks(context, new Random(3));
    }

    private float[] step(TensorOps ops, AttentionWeights weights, KvCache cache, int first, int end) {
        int rows = end - first;
        StepBatch batch = new StepBatch();
        int firstBlock = firstBlock(cache, first);
        int[] kept =
                blocks().stream().skip(firstBlock).mapToInt(Integer::intValue).toArray();
        batch.addSequence();
        batch.addTable(0, firstBlock, kept, kept.length);
        for (int position = first; position < end; position++) {
            batch.addRow(0, position);
        }
        MemorySegment all = TensorOpsContract.floats(arena, hidden);
        Tensor input = ops.activation(rows, HIDDEN);
        Tensor rotary = ops.activation(rows, shape.rotaryWidth());
        Tensor queries = ops.activation(rows, shape.queryColumns());
        Tensor attended = ops.activation(rows, shape.queryColumns());
        ops.begin(batch);
        ops.copyFromHost(all.asSlice((long) first * HIDDEN * Float.BYTES), input, rows);
        if (shape.rotaryWidth() > 0) {
            Rotary angles = new Rotary(new RotarySpec(shape.rotaryWidth(), 10_000, new RotaryScaling.None()));
            MemorySegment table = arena.allocate((long) rows * shape.rotaryWidth() * Float.BYTES);
            angles.fill(batch, table);
            ops.copyFromHost(table, rotary, rows);
        }
        ops.projectQueriesKeysValues(weights, input, rotary, cache, 1, queries);
        ops.attend(shape, queries, cache, 1, attended);
        MemorySegment host = arena.allocate((long) rows * shape.queryColumns() * Float.BYTES);
        ops.copyToHost(attended, rows, host);
        ops.synchronize();
        return host.toArray(ValueLayout.JAVA_FLOAT);
    }

    double[] expected() {
        double[][] keys = new double[context][];
        double[][] values = new double[context][];
        for (int position = 0; position < context; position++) {
            double[] normed = normed(position);
            keys[position] = Reference.product(key, normed);
            for (int i = 0; i < shape.keyColumns(); i++) {
                keys[position][i] += keyBias.value(0, i);
            }
            for (int head = 0; head < shape.kvHeads(); head++) {
                rotate(keys[position], head, position);
            }
            values[position] = Reference.product(value, normed);
            asStored(keys[position]);
            asStored(values[position]);
        }
        double[] result = new double[(context - firstCompared()) * shape.queryColumns()];
        for (int position = firstCompared(); position < context; position++) {
            double[] queries = queries(position);
            for (int head = 0; head < shape.heads(); head++) {
                int to = (position - firstCompared()) * shape.queryColumns() + head * shape.headWidth();
                attend(queries, head, keys, values, position, result, to);
            }
        }
        return result;
    }

    private void asStored(double[] elements) {
        for (int i = 0; kvDtype == DType.BF16 && i < elements.length; i++) {
            elements[i] = Bf16.toFloat(Bf16.fromFloat((float) elements[i]));
        }
    }

    private double[] normed(int position) {
        return Reference.normalised(Reference.row(hidden, position, HIDDEN), norm.values(), 1e-6f);
    }

    private double[] queries(int position) {
        double[] queries = Reference.product(query, normed(position));
        int width = shape.headWidth();
        for (int head = 0; head < shape.heads(); head++) {
            double[] values = new double[width];
            System.arraycopy(queries, head * width, values, 0, width);
            System.arraycopy(Reference.normalised(values, queryNorm.values(), 1e-6f), 0, queries, head * width, width);
            rotate(queries, head, position);
        }
        return queries;
    }

    private void rotate(double[] heads, int head, int position) {
        Reference.rotate(heads, head * shape.headWidth(), shape.rotaryWidth(), position, shape.pairLayout());
    }

    private void attend(
            double[] queries, int head, double[][] keys, double[][] values, int position, double[] result, int to) {
        int width = shape.headWidth();
        int kvOffset = head / (shape.heads() / shape.kvHeads()) * width;
        double[] scores = new double[position + 1];
        double largest = Double.NEGATIVE_INFINITY;
        int firstSeen = KvCacheShape.firstSeen(windowTokens, position);
        for (int p = firstSeen; p <= position; p++) {
            for (int d = 0; d < width; d++) {
                scores[p] += queries[head * width + d] * keys[p][kvOffset + d] * shape.scale();
            }
            largest = Math.max(largest, scores[p]);
        }
        double sum = 0;
        for (int p = firstSeen; p <= position; p++) {
            scores[p] = Math.exp(scores[p] - largest);
            sum += scores[p];
        }
        for (int p = firstSeen; p <= position; p++) {
            for (int d = 0; d < width; d++) {
                result[to + d] += scores[p] / sum * values[p][kvOffset + d];
            }
        }
    }
}
