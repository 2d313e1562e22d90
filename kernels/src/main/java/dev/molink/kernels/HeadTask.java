package dev.molink.kernels;

import org.jspecify.annotations.Nullable;

/** Norms and rotates the query and key heads of a batch row and writes its keys and values into the KV cache. */
final class HeadTask implements WorkerPool.Task {

    private final Scratch[] scratches;
    private final StepBatch noBatch = new StepBatch();
    private StepBatch batch = noBatch;
    private @Nullable AttentionWeights weights;
    private @Nullable CpuKvCache cache;
    private int layer;
    private float[] rotary = new float[0];
    private float[] queries = new float[0];
    private float[] keys = new float[0];
    private float[] values = new float[0];

    HeadTask(Scratch[] scratches) {
        this.scratches = scratches;
    }

    void set(StepBatch newBatch, AttentionWeights newWeights, CpuKvCache newCache, int newLayer, float[] newRotary) {
        batch = newBatch;
        weights = newWeights;
        cache = newCache;
        layer = newLayer;
        rotary = newRotary;
    }

    void setRows(float[] newQueries, float[] newKeys, float[] newValues) {
        queries = newQueries;
        keys = newKeys;
        values = newValues;
    }

    @Override
    public void run(int row, int worker) {
        AttentionWeights current = weights;
        CpuKvCache target = cache;
        if (current == null || target == null) {
            throw new IllegalStateException("the head task was not set");
        }
        AttentionShape shape = current.shape();
        float[] sums = scratches[worker].sums;
        finish(queries, row, shape.heads(), shape, current.queryNorm(), sums);
        finish(keys, row, shape.kvHeads(), shape, current.keyNorm(), sums);
        write(target, shape, row);
    }

    private void finish(float[] heads, int row, int count, AttentionShape shape, @Nullable RmsNorm norm, float[] sums) {
        int width = shape.headWidth();
        for (int head = 0; head < count; head++) {
            int offset = (row * count + head) * width;
            if (norm != null) {
                Norms.normalise(norm, heads, offset, heads, offset, sums);
            }
            rotate(shape, heads, offset, row * shape.rotaryWidth());
        }
    }

    private void rotate(AttentionShape shape, float[] heads, int offset, int table) {
        int pairs = shape.rotaryWidth() / 2;
        boolean halves = shape.pairLayout() == PairLayout.HALVES;
        int step = halves ? 1 : 2;
        int distance = halves ? pairs : 1;
        for (int i = 0; i < pairs; i++) {
            float cosine = rotary[table + i];
            float sine = rotary[table + pairs + i];
            int at = offset + i * step;
            float first = heads[at];
            float second = heads[at + distance];
            heads[at] = first * cosine - second * sine;
            heads[at + distance] = second * cosine + first * sine;
        }
    }

    private void write(CpuKvCache target, AttentionShape shape, int row) {
        int position = batch.position(row);
        int block = batch.blockId(target.shape().kvGroup(), row, position / KvCacheShape.BLOCK_TOKENS);
        int slot = position % KvCacheShape.BLOCK_TOKENS;
        for (int head = 0; head < shape.kvHeads(); head++) {
            int offset = (row * shape.kvHeads() + head) * shape.headWidth();
            target.writeKey(layer, block, slot, head, keys, offset);
            target.writeValue(layer, block, slot, head, values, offset);
        }
    }
}
