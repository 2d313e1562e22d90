package dev.molink.kernels;

/** Matrix products over the same inputs, cut into slices of weight rows and shared by the workers in one dispatch. */
final class ProductTask implements WorkerPool.Task {

    private static final int MAX_PRODUCTS = 3;
    private static final int SLICES_PER_THREAD = 8;

    /** Slices are whole cache lines of output and whole tiles of rows: four {@link RowGroups}. */
    private static final int SLICE_STEP = 64;

    private final CpuKernels kernels;
    private final Scratch[] scratches;
    private final Inputs inputs = new Inputs();
    private final Product[] products = new Product[MAX_PRODUCTS];
    private int count;
    private int sliceRows;

    ProductTask(CpuKernels kernels, Scratch[] scratches) {
        this.kernels = kernels;
        this.scratches = scratches;
        for (int i = 0; i < MAX_PRODUCTS; i++) {
            products[i] = new Product();
        }
    }

    /** Starts a dispatch over {@code rows} rows of {@code columns} inputs. */
    ProductTask over(float[] values, int rows, int columns) {
        inputs.set(values, rows, columns);
        count = 0;
        return this;
    }

    ProductTask store(Linear linear, float[] out) {
        return append(linear, out, false);
    }

    ProductTask add(Linear linear, float[] out) {
        return append(linear, out, true);
    }

    private ProductTask append(Linear linear, float[] out, boolean add) {
        if (linear.weight().columns() != inputs.columns()) {
            throw new IllegalArgumentException("a weight of %d inputs was given %d"
                    .formatted(linear.weight().columns(), inputs.columns()));
        }
        products[count++].set(linear, out, add);
        return this;
    }

    void run(Dispatcher dispatcher) {
        int outputs = 0;
        for (int i = 0; i < count; i++) {
            outputs += products[i].outputs();
        }
        arrangeInputs();
        int slices = SLICES_PER_THREAD * dispatcher.threads();
        sliceRows = Math.max(SLICE_STEP, (outputs / slices + SLICE_STEP - 1) / SLICE_STEP * SLICE_STEP);
        int parts = 0;
        for (int i = 0; i < count; i++) {
            parts += slices(products[i]);
        }
        dispatcher.dispatch(this, parts, (long) outputs * inputs.columns() * inputs.rows());
    }

    private void arrangeInputs() {
        boolean inOrder = false;
        boolean inPartialSums = false;
        for (int i = 0; i < count; i++) {
            inOrder |= products[i].weights().inOrder();
            inPartialSums |= !products[i].weights().inOrder();
        }
        if (inOrder) {
            kernels.arrange(inputs, true);
        }
        if (inPartialSums) {
            kernels.arrange(inputs, false);
        }
    }

    private int slices(Product product) {
        return (product.outputs() + sliceRows - 1) / sliceRows;
    }

    @Override
    public void run(int part, int worker) {
        int slice = part;
        int index = 0;
        while (slice >= slices(products[index])) {
            slice -= slices(products[index++]);
        }
        Product product = products[index];
        int first = slice * sliceRows;
        kernels.multiply(product, inputs, first, Math.min(first + sliceRows, product.outputs()), scratches[worker]);
    }
}
