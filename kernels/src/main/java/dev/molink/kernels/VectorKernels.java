package dev.molink.kernels;

import static dev.molink.kernels.FloatMath.LANES;

import java.util.Arrays;

/**
 * The Vector API version of {@link ScalarKernels}. Weights are decoded four rows at a time into a panel that stays in
 * the first-level cache, and every input of the batch is multiplied with it, so stored weights are read once. Matrices of
 * bf16 are read from their {@link RowGroups} instead.
 *
 * <p>The innermost loops work on one register of lanes. Where a register holds fewer than the 16 logical accumulators,
 * they run once for each register's share ({@code lane} is its first accumulator), which leaves every sum as it is.
 */
final class VectorKernels implements CpuKernels {

    /** Weight rows and inputs of a tile: 16 registers of sums, the most that AVX-512 holds beside its operands. */
    static final int TILE = 4;

    /** Columns decoded at once: 4 rows × 1,024 × 4 bytes = 16 KiB, half a first-level cache. */
    private static final int PANEL_COLUMNS = 1024;

    /** Floats of packed inputs that go through a tile of rows together: 512 KiB, half a second-level cache. */
    private static final int BLOCK_FLOATS = 128 * 1024;

    private final String name = "vector (%d bit)".formatted(VectorLoops.BITS);

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean readsRowGroups() {
        return true;
    }

    @Override
    public void arrange(Inputs inputs, boolean inOrder) {
        if (inOrder) {
            VectorRowGroups.arrange(inputs);
        } else {
            pack(inputs);
        }
    }

    /**
     * Packs groups of four inputs as {@code [columns / 16, 4, 16]}, the last columns padded; the one to three inputs
     * left over follow as plain rows. Rows far apart by a power of two would fall into the same cache sets.
     */
    private static void pack(Inputs inputs) {
        int columns = inputs.columns();
        int padded = FloatMath.roundUpToLanes(columns);
        float[] packed = inputs.packed(inputs.rows() * padded);
        int grouped = inputs.rows() / TILE * TILE;
        for (int input = 0; input < inputs.rows(); input++) {
            int from = input * columns;
            if (input >= grouped) {
                System.arraycopy(inputs.values(), from, packed, input * padded, columns);
                continue;
            }
            int to = (input - input % TILE) * padded + input % TILE * LANES;
            for (int column = 0; column < columns; column += LANES) {
                int count = Math.min(LANES, columns - column);
                System.arraycopy(inputs.values(), from + column, packed, to + column * TILE, count);
            }
        }
    }

    @Override
    public void multiply(Product product, Inputs inputs, int firstRow, int endRow, Scratch scratch) {
        RowGroups groups = product.weights().groups();
        if (groups != null) {
            VectorRowGroups.multiply(product, groups, inputs, firstRow, endRow, scratch);
        } else {
            multiplyStored(product, inputs, firstRow, endRow, scratch);
        }
    }

    private static void multiplyStored(Product product, Inputs inputs, int firstRow, int endRow, Scratch scratch) {
        boolean inRegisters =
                inputs.rows() == 1 && VectorRowLoops.takes(product.weights().dtype());
        int tiled = inRegisters ? endRow - (endRow - firstRow) % TILE : firstRow;
        for (int row = firstRow; row < tiled; row += TILE) {
            multiplyInRegisters(product, inputs, row, scratch);
        }
        multiplyThroughPanel(product, inputs, tiled, endRow, scratch);
    }

    private static void multiplyInRegisters(Product product, Inputs inputs, int row, Scratch scratch) {
        int columns = inputs.columns();
        int whole = columns & -LANES;
        float[] sums = zeroSums(1, scratch);
        VectorRowLoops.multiply4x1(product.weights(), row, inputs.values(), whole, sums);
        if (whole < columns) {
            float[] rest = scratch.row(TILE * LANES);
            decode(product.weights(), row, row + TILE, whole, columns - whole, rest, LANES);
            multiplyPanel(rest, LANES, inputs, whole, columns - whole, 0, 1, sums);
        }
        put(product, row, row + TILE, 0, 1, sums);
    }

    private static void multiplyThroughPanel(
            Product product, Inputs inputs, int firstRow, int endRow, Scratch scratch) {
        int padded = FloatMath.roundUpToLanes(inputs.columns());
        int blockInputs = TILE * Math.max(2, Math.min(16, BLOCK_FLOATS / padded / TILE));
        for (int input = 0; input < inputs.rows(); input += blockInputs) {
            int endInput = Math.min(input + blockInputs, inputs.rows());
            for (int row = firstRow; row < endRow; row += TILE) {
                multiplyTile(product, inputs, row, Math.min(row + TILE, endRow), input, endInput, scratch);
            }
        }
    }

    private static void multiplyTile(
            Product product, Inputs inputs, int firstRow, int endRow, int firstInput, int endInput, Scratch scratch) {
        int stride = Math.min(PANEL_COLUMNS, inputs.columns());
        float[] panel = scratch.row(TILE * stride);
        float[] sums = zeroSums(endInput - firstInput, scratch);
        for (int column = 0; column < inputs.columns(); column += PANEL_COLUMNS) {
            int count = Math.min(PANEL_COLUMNS, inputs.columns() - column);
            decode(product.weights(), firstRow, endRow, column, count, panel, stride);
            multiplyPanel(panel, stride, inputs, column, count, firstInput, endInput, sums);
        }
        put(product, firstRow, endRow, firstInput, endInput, sums);
    }

    private static float[] zeroSums(int inputs, Scratch scratch) {
        int length = inputs * TILE * LANES;
        float[] sums = scratch.partialSums(length);
        Arrays.fill(sums, 0, length, 0);
        return sums;
    }

    private static void decode(
            CpuTensor weights, int firstRow, int endRow, int column, int count, float[] panel, int stride) {
        if (count == weights.columns() && count == stride) {
            // Whole rows lie one behind the other, and the processor reads ahead of a loop that reads on.
            VectorDecoder.decode(weights, firstRow, 0, (endRow - firstRow) * count, panel, 0);
            return;
        }
        for (int row = firstRow; row < endRow; row++) {
            VectorDecoder.decode(weights, row, column, count, panel, (row - firstRow) * stride);
        }
    }

    private static void multiplyPanel(
            float[] panel,
            int stride,
            Inputs inputs,
            int column,
            int count,
            int firstInput,
            int endInput,
            float[] sums) {
        int padded = FloatMath.roundUpToLanes(inputs.columns());
        int grouped = inputs.rows() / TILE * TILE;
        for (int input = firstInput; input < endInput; ) {
            int sumsOffset = (input - firstInput) * TILE * LANES;
            if (input < grouped) {
                int from = input * padded + column * TILE;
                VectorLoops.multiply4x4(panel, stride, inputs.packed(), from, count, sums, sumsOffset);
                input += TILE;
            } else {
                int from = input * padded + column;
                VectorLoops.multiply4x1(panel, stride, inputs.packed(), from, count, sums, sumsOffset);
                input++;
            }
        }
    }

    private static void put(Product product, int firstRow, int endRow, int firstInput, int endInput, float[] sums) {
        for (int input = firstInput; input < endInput; input++) {
            for (int row = firstRow; row < endRow; row++) {
                int at = ((input - firstInput) * TILE + row - firstRow) * LANES;
                product.put(input, row, VectorLoops.foldSum(sums, at));
            }
        }
    }

    @Override
    public void attend(Attention attention, int firstRow, int endRow, int kvHead, Scratch scratch) {
        if (attention.shape().headWidth() % LANES != 0) {
            VectorLoops.SCALAR.attend(attention, firstRow, endRow, kvHead, scratch);
        } else {
            scratch.tile.set(attention, firstRow, endRow, kvHead);
            VectorAttention.attend(scratch.tile, scratch);
        }
    }

    @Override
    public void siluTimes(float[] gate, float[] up, int offset, int count, Scratch scratch) {
        VectorLoops.siluTimes(gate, up, offset, count, scratch);
    }
}
