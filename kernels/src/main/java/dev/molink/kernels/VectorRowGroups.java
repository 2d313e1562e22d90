package dev.molink.kernels;

import static dev.molink.kernels.RowGroups.PAIR_BYTES;
import static dev.molink.kernels.RowGroups.ROWS;

/** Matrix products over {@link RowGroups}: which groups, inputs and columns {@link RowGroupLoops} takes together. */
final class VectorRowGroups {

    /** Inputs that go through a pair of groups together: as many as their sums find registers. */
    private static final int WIDE = VectorLoops.FLOATS.length() == ROWS ? 8 : 4;

    private static final int NARROW = 4;

    /** Elements between the rows of two arranged inputs beyond their columns, so that they do not share cache sets. */
    private static final int GAP = 16;

    /** Floats of inputs that go through a pair of groups before the next pair: half a second-level cache. */
    private static final int BLOCK_FLOATS = 128 * 1024;

    private static final int BLOCK_INPUTS = 128;

    private VectorRowGroups() {}

    /** Copies the inputs to rows {@link #stride} apart, an odd last column followed by zero. */
    static void arrange(Inputs inputs) {
        int columns = inputs.columns();
        int stride = stride(columns);
        // Tiles read whole, so up to seven rows beyond the last input are read; what they hold is not used.
        float[] target = inputs.spaced((inputs.rows() + WIDE - 1) * stride);
        for (int input = 0; input < inputs.rows(); input++) {
            int to = input * stride;
            System.arraycopy(inputs.values(), input * columns, target, to, columns);
            target[to + columns] = 0;
        }
    }

    private static int stride(int columns) {
        return FloatMath.roundUpToLanes(columns) + GAP;
    }

    static void multiply(Product product, RowGroups groups, Inputs inputs, int firstRow, int endRow, Scratch scratch) {
        int end = RowGroups.groups(endRow);
        if (inputs.rows() == 1) {
            for (int group = firstRow / ROWS; group < end; group += 4) {
                multiplyOne(product, groups, inputs, group, Math.min(group + 4, end), scratch);
            }
            return;
        }
        int block = Math.max(WIDE, Math.min(BLOCK_INPUTS, BLOCK_FLOATS / stride(inputs.columns()) / WIDE * WIDE));
        for (int input = 0; input < inputs.rows(); input += block) {
            int endInput = Math.min(input + block, inputs.rows());
            for (int group = firstRow / ROWS; group < end; group += 2) {
                int endGroup = Math.min(group + 2, end);
                for (int tile = input; tile < endInput; tile += WIDE) {
                    int count = Math.min(WIDE, endInput - tile);
                    multiplyTile(product, groups, inputs, group, endGroup, tile, count, scratch);
                }
            }
        }
    }

    private static void multiplyOne(
            Product product, RowGroups groups, Inputs inputs, int group, int end, Scratch scratch) {
        int length = 4 * ROWS;
        float[] sums = scratch.partialSums(2 * length);
        for (int column = 0; column < inputs.columns(); column += ScalarKernels.BLOCK_COLUMNS) {
            int count = Math.min(ScalarKernels.BLOCK_COLUMNS, inputs.columns() - column);
            long skip = (long) column / 2 * PAIR_BYTES;
            RowGroupLoops.multiply1(
                    groups.data(),
                    groups.offset(group) + skip,
                    groups.offset(Math.min(group + 1, end - 1)) + skip,
                    groups.offset(Math.min(group + 2, end - 1)) + skip,
                    groups.offset(Math.min(group + 3, end - 1)) + skip,
                    inputs.spaced(),
                    column,
                    count,
                    sums,
                    column == 0 ? 0 : length);
            addBlock(column, sums, length);
        }
        for (int i = group; i < end; i++) {
            put(product, 0, i, sums, (i - group) * ROWS);
        }
    }

    private static void multiplyTile(
            Product product,
            RowGroups groups,
            Inputs inputs,
            int group,
            int end,
            int input,
            int count,
            Scratch scratch) {
        int width = count <= NARROW ? NARROW : WIDE;
        int length = 2 * width * ROWS;
        float[] sums = scratch.partialSums(2 * length);
        int stride = stride(inputs.columns());
        for (int column = 0; column < inputs.columns(); column += ScalarKernels.BLOCK_COLUMNS) {
            int columns = Math.min(ScalarKernels.BLOCK_COLUMNS, inputs.columns() - column);
            long skip = (long) column / 2 * PAIR_BYTES;
            long first = groups.offset(group) + skip;
            long second = groups.offset(end - 1) + skip;
            int from = input * stride + column;
            int to = column == 0 ? 0 : length;
            if (width == NARROW) {
                RowGroupLoops.multiply4(groups.data(), first, second, inputs.spaced(), from, stride, columns, sums, to);
            } else {
                RowGroupLoops.multiply8(groups.data(), first, second, inputs.spaced(), from, stride, columns, sums, to);
            }
            addBlock(column, sums, length);
        }
        for (int i = group; i < end; i++) {
            for (int j = 0; j < count; j++) {
                put(product, input + j, i, sums, ((i - group) * width + j) * ROWS);
            }
        }
    }

    /** Adds the sums of a block of columns, which stand behind the totals, except for the first: that one is the total. */
    private static void addBlock(int column, float[] sums, int length) {
        if (column > 0) {
            for (int i = 0; i < length; i++) {
                sums[i] += sums[length + i];
            }
        }
    }

    private static void put(Product product, int input, int group, float[] sums, int at) {
        int row = group * ROWS;
        product.put(input, row, Math.min(ROWS, product.outputs() - row), sums, at);
    }
}
