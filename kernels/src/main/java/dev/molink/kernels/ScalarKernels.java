package dev.molink.kernels;

import static dev.molink.kernels.FloatMath.LANES;
import static dev.molink.kernels.KvCacheShape.BLOCK_TOKENS;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Plain loops: the specification of the CPU kernels, and the fallback. */
final class ScalarKernels implements CpuKernels {

    /** Columns that are summed in order before their sum is added to the total. */
    static final int BLOCK_COLUMNS = 256;

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public boolean readsRowGroups() {
        return false;
    }

    @Override
    public void arrange(Inputs inputs, boolean inOrder) {}

    @Override
    public void multiply(Product product, Inputs inputs, int firstRow, int endRow, Scratch scratch) {
        int columns = inputs.columns();
        float[] weights = scratch.row(columns);
        for (int row = firstRow; row < endRow; row++) {
            WeightDecoder.decode(product.weights(), row, 0, columns, weights, 0);
            for (int input = 0; input < inputs.rows(); input++) {
                int from = input * columns;
                float dot = product.weights().inOrder()
                        ? dotInOrder(weights, inputs.values(), from, columns)
                        : dot(weights, 0, inputs.values(), from, columns, scratch.sums);
                product.put(input, row, dot);
            }
        }
    }

    /** The dot product of a matrix that is summed in order, as {@link TensorOps} defines it. */
    private static float dotInOrder(float[] a, float[] b, int bOffset, int count) {
        float total = 0;
        for (int block = 0; block < count; block += BLOCK_COLUMNS) {
            float sum = 0;
            for (int i = block; i < Math.min(block + BLOCK_COLUMNS, count); i++) {
                sum = Math.fma(a[i], b[bOffset + i], sum);
            }
            total = block == 0 ? sum : total + sum;
        }
        return total;
    }

    /** The dot product of 16 partial sums that {@link TensorOps} defines; {@code sums} is overwritten. */
    static float dot(float[] a, int aOffset, float[] b, int bOffset, int count, float[] sums) {
        Arrays.fill(sums, 0);
        int whole = count & -LANES;
        for (int i = 0; i < whole; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                sums[lane] = Math.fma(a[aOffset + i + lane], b[bOffset + i + lane], sums[lane]);
            }
        }
        for (int i = whole; i < count; i++) {
            sums[i - whole] = Math.fma(a[aOffset + i], b[bOffset + i], sums[i - whole]);
        }
        return FloatMath.foldSum(sums, 0);
    }

    @Override
    public void attend(Attention attention, int firstRow, int endRow, int kvHead, Scratch scratch) {
        for (int row = firstRow; row < endRow; row++) {
            for (int i = 0; i < attention.group(); i++) {
                attendHead(attention, row, kvHead, kvHead * attention.group() + i, scratch);
            }
        }
    }

    private static void attendHead(Attention attention, int row, int kvHead, int head, Scratch scratch) {
        int first = attention.firstSeen(row);
        int end = attention.batch().position(row) + 1;
        float[] scores = scratch.scores(end - first);
        for (int position = first; position < end; position++) {
            scores[position - first] = keyDot(attention, row, kvHead, head, position)
                    * attention.shape().scale();
        }
        float sum = expSum(scores, first, end, scratch.sums);
        addValues(attention, row, kvHead, head, scores);
        int out = attention.headOffset(row, head);
        for (int d = 0; d < attention.shape().headWidth(); d++) {
            attention.attended()[out + d] /= sum;
        }
    }

    /** Even and odd elements summed apart, each in rising order. */
    private static float keyDot(Attention attention, int row, int kvHead, int head, int position) {
        MemorySegment keys = attention.cache().keys(attention.layer());
        long block = attention.blockOffset(row, position / BLOCK_TOKENS, kvHead);
        int query = attention.headOffset(row, head);
        float even = 0;
        float odd = 0;
        for (int d = 0; d < attention.shape().headWidth(); d++) {
            long element = (long) d * BLOCK_TOKENS + position % BLOCK_TOKENS;
            float key = attention.cache().element(keys, block, element);
            if (d % 2 == 0) {
                even = Math.fma(key, attention.queries()[query + d], even);
            } else {
                odd = Math.fma(key, attention.queries()[query + d], odd);
            }
        }
        return even + odd;
    }

    /** {@code scores[i] = e^(scores[i] − largest)}; returns their sum, position {@code p} in partial sum p mod 16. */
    private static float expSum(float[] scores, int first, int end, float[] sums) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < end - first; i++) {
            largest = Math.max(largest, scores[i]);
        }
        Arrays.fill(sums, 0);
        for (int position = first; position < end; position++) {
            int i = position - first;
            scores[i] = FloatMath.exp(scores[i] - largest);
            sums[position % LANES] += scores[i];
        }
        return FloatMath.foldSum(sums, 0);
    }

    /** {@code attended = Σ scores[p] · value(p)}, fused multiply-adds in order of position. */
    private static void addValues(Attention attention, int row, int kvHead, int head, float[] scores) {
        MemorySegment values = attention.cache().values(attention.layer());
        float[] attended = attention.attended();
        int width = attention.shape().headWidth();
        int out = attention.headOffset(row, head);
        Arrays.fill(attended, out, out + width, 0);
        int first = attention.firstSeen(row);
        int end = attention.batch().position(row) + 1;
        for (int position = first; position < end; position++) {
            long block = attention.blockOffset(row, position / BLOCK_TOKENS, kvHead);
            long value = (long) (position % BLOCK_TOKENS) * width;
            for (int d = 0; d < width; d++) {
                float element = attention.cache().element(values, block, value + d);
                attended[out + d] = Math.fma(scores[position - first], element, attended[out + d]);
            }
        }
    }

    @Override
    public void siluTimes(float[] gate, float[] up, int offset, int count, Scratch scratch) {
        for (int i = offset; i < offset + count; i++) {
            gate[i] = FloatMath.silu(gate[i]) * up[i];
        }
    }
}
