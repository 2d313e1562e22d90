package dev.molink.kernels;

/**
 * The inner loops of the CPU backend. All implementations give the same bits; {@link ScalarKernels} is the
 * specification. Methods allocate nothing beyond growing scratch and may run on several threads at once, each with a
 * scratch of its own.
 */
interface CpuKernels {

    String name();

    /** Whether {@link #multiply} reads matrices that are summed in order from their {@link RowGroups}. */
    boolean readsRowGroups();

    /**
     * Arranges the inputs as {@link #multiply} wants to read them; called once before the threads share the product, for
     * each kind of matrix among the products.
     *
     * @param inOrder for matrices that are {@linkplain CpuTensor#inOrder() summed in order}, else for all others
     */
    void arrange(Inputs inputs, boolean inOrder);

    /** Finishes the outputs of weight rows {@code [firstRow, endRow)} for every input. */
    void multiply(Product product, Inputs inputs, int firstRow, int endRow, Scratch scratch);

    /**
     * Attention of batch rows {@code [firstRow, endRow)}, which belong to one sequence, for the query heads of one
     * key/value head.
     */
    void attend(Attention attention, int firstRow, int endRow, int kvHead, Scratch scratch);

    /** {@code gate[i] = silu(gate[i]) · up[i]} on part of both. */
    void siluTimes(float[] gate, float[] up, int offset, int count, Scratch scratch);
}
