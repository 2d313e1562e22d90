package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link TensorOps} in main memory. Every operation is finished when its call returns. What goes between the operations
 * (which rows, which slots, who works on what) is here; the arithmetic is in {@link CpuKernels}.
 */
final class CpuTensorOps implements TensorOps {

    private static final ValueLayout.OfFloat HOST_FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Queries that attend together, so that each block of keys and values is read once for all. */
    private static final int TILE_QUERIES = 16;

    private final CpuKernels kernels;
    private final WorkerPool pool;
    private final Dispatcher dispatcher;
    private final Scratch[] scratches;
    private final ProductTask products;
    private final HeadTask heads;
    private final Attention attention = new Attention();
    private final WorkerPool.Task attendPart = this::attendPart;
    private final WorkerPool.Task siluRow = this::siluRow;
    private final List<CpuKvCache> caches = new ArrayList<>();
    private final Arena memory = Arena.ofShared();

    private StepBatch batch = new StepBatch();
    private float[] normed = new float[0];
    private float[] first = new float[0];
    private float[] second = new float[0];
    private int[] tiles = new int[0]; // first row of each tile of attention, and the end
    private int siluColumns;

    CpuTensorOps(CpuKernels kernels, int threads) {
        this.kernels = kernels;
        this.pool = new WorkerPool(threads);
        this.dispatcher = new Dispatcher(pool);
        this.scratches = new Scratch[threads];
        for (int i = 0; i < threads; i++) {
            scratches[i] = new Scratch();
        }
        this.products = new ProductTask(kernels, scratches);
        this.heads = new HeadTask(scratches);
    }

    @Override
    public String description() {
        return "%s, threads: %d".formatted(kernels.name(), pool.threads());
    }

    @Override
    public Tensor matrix(MemorySegment data, DType dtype, int rows, int columns) {
        requireStored(data, dtype, rows, columns);
        if (dtype != DType.BF16) {
            return CpuTensor.stored(data, dtype, rows, columns);
        }
        return CpuTensor.inOrder(data, dtype, rows, columns, copies(dtype) ? group(data, rows, columns) : null);
    }

    private RowGroups group(MemorySegment data, int rows, int columns) {
        RowGroups groups = RowGroups.allocate(rows, columns, memory);
        dispatcher.dispatch((group, _) -> groups.fill(group, data), RowGroups.groups(rows), (long) rows * columns);
        return groups;
    }

    @Override
    public boolean copies(DType dtype) {
        return dtype == DType.BF16 && kernels.readsRowGroups();
    }

    @Override
    public Tensor weights(MemorySegment data, DType dtype, int rows, int columns) {
        requireStored(data, dtype, rows, columns);
        return CpuTensor.stored(data, dtype, rows, columns);
    }

    private static void requireStored(MemorySegment data, DType dtype, int rows, int columns) {
        long needed = rows * dtype.bytes(columns);
        if (rows < 1 || columns < 1 || data.byteSize() < needed) {
            throw new IllegalArgumentException("%s weights [%d, %d] take %d bytes, %d are given"
                    .formatted(dtype, rows, columns, needed, data.byteSize()));
        }
        if (!data.isNative()) {
            throw new IllegalArgumentException("weights must lie in native memory, not on the heap");
        }
    }

    @Override
    public Tensor activation(int rows, int columns) {
        return CpuTensor.activation(rows, columns);
    }

    @Override
    public KvCache kvCache(KvCacheShape shape) {
        CpuKvCache cache = new CpuKvCache(shape);
        caches.add(cache);
        return cache;
    }

    @Override
    public void copyBlock(KvCache cache, int sourceBlock, int targetBlock) {
        int blocks = cache.shape().blocks();
        if (sourceBlock < 0 || sourceBlock >= blocks || targetBlock < 0 || targetBlock >= blocks) {
            throw new IllegalArgumentException(
                    "KV block %d cannot be copied to %d; there are %d".formatted(sourceBlock, targetBlock, blocks));
        }
        ((CpuKvCache) cache).copyBlock(sourceBlock, targetBlock);
    }

    @Override
    public void copyFromHost(MemorySegment source, Tensor target, int rows) {
        requireRows("target", target, rows);
        MemorySegment.copy(source, HOST_FLOAT, 0, values(target), 0, rows * target.columns());
    }

    @Override
    public void copyToHost(Tensor source, int rows, MemorySegment target) {
        requireRows("source", source, rows);
        MemorySegment.copy(values(source), 0, target, HOST_FLOAT, 0, rows * source.columns());
    }

    @Override
    public void begin(StepBatch step) {
        batch = step;
    }

    @Override
    public void embed(Tensor table, Tensor hidden) {
        requireActivation("hidden", hidden, batch.rows(), table.columns());
        for (int row = 0; row < batch.rows(); row++) {
            int id = batch.tokenId(row);
            if (id < 0 || id >= table.rows()) {
                throw new IllegalArgumentException(
                        "token id %d is outside the vocabulary 0…%d".formatted(id, table.rows() - 1));
            }
            WeightDecoder.decode((CpuTensor) table, id, 0, table.columns(), values(hidden), row * hidden.columns());
        }
    }

    @Override
    public void projectQueriesKeysValues(
            AttentionWeights weights, Tensor hidden, Tensor rotary, KvCache cache, int layer, Tensor queries) {
        AttentionShape shape = weights.shape();
        int rows = batch.rows();
        requireActivation("hidden", hidden, rows, weights.norm().weight().columns());
        requireActivation("queries", queries, rows, shape.queryColumns());
        if (shape.rotaryWidth() > 0) {
            requireActivation("rotary", rotary, rows, shape.rotaryWidth());
        }
        requireCache(cache, shape, layer);
        first = grown(first, rows, shape.keyColumns());
        second = grown(second, rows, shape.keyColumns());
        normalise(weights.norm(), hidden, rows);
        products.over(normed, rows, hidden.columns())
                .store(weights.query(), values(queries))
                .store(weights.key(), first)
                .store(weights.value(), second)
                .run(dispatcher);
        heads.set(batch, weights, (CpuKvCache) cache, layer, values(rotary));
        heads.setRows(values(queries), first, second);
        dispatcher.dispatch(heads, rows, (long) rows * shape.queryColumns() * 4);
    }

    @Override
    public void attend(AttentionShape shape, Tensor queries, KvCache cache, int layer, Tensor attended) {
        requireActivation("queries", queries, batch.rows(), shape.queryColumns());
        requireActivation("attended", attended, batch.rows(), shape.queryColumns());
        requireCache(cache, shape, layer);
        attention.set(shape, batch, (CpuKvCache) cache, layer, values(queries), values(attended));
        long positions = 0;
        for (int row = 0; row < batch.rows(); row++) {
            requireSeenBlocks(cache.shape(), row);
            positions += batch.position(row) + 1 - attention.firstSeen(row);
        }
        dispatcher.dispatch(
                attendPart, cutTiles(attention.group()) * shape.kvHeads(), 2 * positions * shape.queryColumns());
    }

    private void requireSeenBlocks(KvCacheShape cached, int row) {
        int first = cached.firstSeen(batch.position(row));
        int missing = batch.firstBlock(cached.kvGroup(), row);
        if (first < missing * KvCacheShape.BLOCK_TOKENS) {
            throw new IllegalArgumentException("position %d sees positions from %d on, the first %d KV blocks are gone"
                    .formatted(batch.position(row), first, missing));
        }
    }

    private void attendPart(int part, int worker) {
        int kvHeads = attention.shape().kvHeads();
        int tile = part / kvHeads;
        kernels.attend(attention, tiles[tile], tiles[tile + 1], part % kvHeads, scratches[worker]);
    }

    /** Cuts the batch into tiles of rows that read the same keys and values; returns their number. */
    private int cutTiles(int group) {
        int count = 0;
        int tileRows = Math.max(1, TILE_QUERIES / group);
        tiles = grown(tiles, batch.rows() + 1);
        for (int row = 0; row < batch.rows(); row++) {
            if (row == 0 || !batch.sameSequence(row - 1, row) || row - tiles[count - 1] == tileRows) {
                tiles[count++] = row;
            }
        }
        tiles[count] = batch.rows();
        return count;
    }

    @Override
    public void addProjection(Linear projection, Tensor input, Tensor hidden) {
        int rows = batch.rows();
        requireActivation("input", input, rows, projection.weight().columns());
        requireActivation("hidden", hidden, rows, projection.weight().rows());
        products.over(values(input), rows, input.columns())
                .add(projection, values(hidden))
                .run(dispatcher);
    }

    @Override
    public void addGatedMlp(GatedMlpWeights weights, Tensor hidden) {
        int rows = batch.rows();
        siluColumns = weights.gate().weight().rows();
        requireActivation("hidden", hidden, rows, weights.down().weight().rows());
        first = grown(first, rows, siluColumns);
        second = grown(second, rows, siluColumns);
        normalise(weights.norm(), hidden, rows);
        products.over(normed, rows, hidden.columns())
                .store(weights.gate(), first)
                .store(weights.up(), second)
                .run(dispatcher);
        dispatcher.dispatch(siluRow, rows, (long) rows * siluColumns * 8);
        products.over(first, rows, siluColumns)
                .add(weights.down(), values(hidden))
                .run(dispatcher);
    }

    private void siluRow(int row, int worker) {
        kernels.siluTimes(first, second, row * siluColumns, siluColumns, scratches[worker]);
    }

    @Override
    public void projectLogits(RmsNorm norm, Linear head, Tensor hidden, Tensor logits) {
        int selected = batch.selectedRows();
        int columns = hidden.columns();
        requireActivation("hidden", hidden, batch.rows(), norm.weight().columns());
        requireActivation("logits", logits, selected, head.weight().rows());
        normed = grown(normed, selected, columns);
        for (int i = 0; i < selected; i++) {
            int from = batch.selectedRow(i) * columns;
            Norms.normalise(norm, values(hidden), from, normed, i * columns, scratches[0].sums);
        }
        products.over(normed, selected, columns).store(head, values(logits)).run(dispatcher);
    }

    private void normalise(RmsNorm norm, Tensor hidden, int rows) {
        int columns = hidden.columns();
        normed = grown(normed, rows, columns);
        for (int row = 0; row < rows; row++) {
            Norms.normalise(norm, values(hidden), row * columns, normed, row * columns, scratches[0].sums);
        }
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {
        pool.close();
        caches.forEach(CpuKvCache::close);
        memory.close();
    }

    private static float[] values(Tensor tensor) {
        return ((CpuTensor) tensor).values();
    }

    private static float[] grown(float[] buffer, int rows, int columns) {
        int elements = Math.multiplyExact(rows, columns);
        return elements <= buffer.length ? buffer : new float[elements];
    }

    private static int[] grown(int[] buffer, int elements) {
        return elements <= buffer.length ? buffer : new int[elements];
    }

    private static void requireRows(String name, Tensor tensor, int rows) {
        if (rows < 0 || rows > tensor.rows()) {
            throw new IllegalArgumentException(
                    "%s has %d rows, not the %d asked for".formatted(name, tensor.rows(), rows));
        }
    }

    private static void requireActivation(String name, Tensor tensor, int rows, int columns) {
        if (tensor.rows() < rows || tensor.columns() != columns) {
            throw new IllegalArgumentException("%s is [%d, %d], the step needs [%d, %d]"
                    .formatted(name, tensor.rows(), tensor.columns(), rows, columns));
        }
    }

    private void requireCache(KvCache cache, AttentionShape shape, int layer) {
        KvCacheShape cached = cache.shape();
        if (layer < 0 || layer >= cached.layers()) {
            throw new IllegalArgumentException(
                    "layer %d is outside the KV cache's %d layers".formatted(layer, cached.layers()));
        }
        if (cached.kvGroup() >= batch.kvGroups()) {
            throw new IllegalArgumentException("the step has block tables of %d KV groups, the layer is in group %d"
                    .formatted(batch.kvGroups(), cached.kvGroup()));
        }
        if (cached.kvHeads() != shape.kvHeads() || cached.headWidth() != shape.headWidth()) {
            throw new IllegalArgumentException("KV cache of %d heads of width %d for attention of %d heads of width %d"
                    .formatted(cached.kvHeads(), cached.headWidth(), shape.kvHeads(), shape.headWidth()));
        }
    }
}
