package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of two layers with random weights that takes every public operation, run over several sequences in any
 * composition of steps. It keeps the logits of every position.
 */
final class DecoderLayerFixture {

    /** Sizes with whole vectors, for every dtype. */
    static final Sizes EVEN = new Sizes(96, 4, 2, 32, 160, 64);

    /** Sizes that leave a tail everywhere, for the plain dtypes. */
    static final Sizes ODD = new Sizes(52, 3, 1, 20, 75, 37);

    private static final int LAYERS = 2;
    private static final int BLOCKS_PER_SEQUENCE = 4;

    record Sizes(int hidden, int heads, int kvHeads, int headWidth, int intermediate, int vocabulary) {}

    /** A piece of one sequence within a step. */
    record Piece(int sequence, int firstPosition, int tokens) {}

    private final Sizes sizes;
    private final AttentionShape shape;
    private final TensorOps ops;
    private final Arena arena;
    private final DType dtype;
    private final Random random = new Random(7);
    private final Tensor table;
    private final List<AttentionWeights> attentions = new ArrayList<>();
    private final List<Linear> outputs = new ArrayList<>();
    private final List<GatedMlpWeights> mlps = new ArrayList<>();
    private final RmsNorm finalNorm;
    private final Linear head;
    private final Rotary rotary;
    private final List<KvCache> caches = new ArrayList<>();
    private final int blocks;

    DecoderLayerFixture(TensorOps ops, Arena arena, DType dtype, Sizes sizes, int sequences) {
        this(ops, arena, dtype, sizes, sequences, 0, DType.F32);
    }

    /** @param windowTokens of the second layer, which is in a KV group of its own */
    DecoderLayerFixture(
            TensorOps ops, Arena arena, DType dtype, Sizes sizes, int sequences, int windowTokens, DType kvDtype) {
        this.ops = ops;
        this.arena = arena;
        this.dtype = dtype;
        this.sizes = sizes;
        PairLayout layout = dtype == DType.Q8_0 ? PairLayout.NEIGHBOURS : PairLayout.HALVES;
        this.shape =
                new AttentionShape(sizes.heads(), sizes.kvHeads(), sizes.headWidth(), 0.3f, sizes.headWidth(), layout);
        this.table = weights(sizes.vocabulary(), sizes.hidden());
        for (int layer = 0; layer < LAYERS; layer++) {
            addLayer(layer);
        }
        this.finalNorm = norm(sizes.hidden());
        this.head = linear(sizes.vocabulary(), sizes.hidden(), true);
        this.rotary = new Rotary(new RotarySpec(sizes.headWidth(), 10_000, new RotaryScaling.None()));
        this.blocks = sequences * BLOCKS_PER_SEQUENCE;
        for (int layer = 0; layer < LAYERS; layer++) {
            caches.add(ops.kvCache(new KvCacheShape(
                    layer, layer * windowTokens, 1, blocks, sizes.kvHeads(), sizes.headWidth(), kvDtype)));
        }
    }

    private void addLayer(int layer) {
        boolean odd = layer % 2 == 1;
        RmsNorm headNorm = odd ? norm(sizes.headWidth()) : null;
        attentions.add(new AttentionWeights(
                shape,
                norm(sizes.hidden()),
                linear(shape.queryColumns(), sizes.hidden(), odd),
                linear(shape.keyColumns(), sizes.hidden(), odd),
                linear(shape.keyColumns(), sizes.hidden(), odd),
                headNorm,
                headNorm));
        outputs.add(linear(sizes.hidden(), shape.queryColumns(), odd));
        mlps.add(new GatedMlpWeights(
                norm(sizes.hidden()),
                linear(sizes.intermediate(), sizes.hidden(), false),
                linear(sizes.intermediate(), sizes.hidden(), odd),
                linear(sizes.hidden(), sizes.intermediate(), false)));
    }

    private Tensor weights(int rows, int columns) {
        return StoredMatrix.random(arena, dtype, rows, columns, random).on(ops);
    }

    private Linear linear(int outputs, int inputs, boolean biased) {
        @Nullable
        Tensor bias = biased
                ? StoredMatrix.random(arena, DType.F32, 1, outputs, random).on(ops)
                : null;
        return StoredMatrix.random(arena, dtype, outputs, inputs, random).linear(ops, bias);
    }

    private RmsNorm norm(int width) {
        return new RmsNorm(
                StoredMatrix.random(arena, DType.F32, 1, width, random).on(ops), 1e-5f);
    }

    /** Runs one step and returns the logits of its rows, in order. */
    List<float[]> step(List<Piece> pieces) {
        StepBatch batch = new StepBatch(LAYERS);
        for (Piece piece : pieces) {
            batch.addSequence();
            for (int layer = 0; layer < LAYERS; layer++) {
                int firstBlock = caches.get(layer).shape().firstSeen(piece.firstPosition()) / 16;
                int[] kept = blocks(piece.sequence()).stream()
                        .skip(firstBlock)
                        .mapToInt(Integer::intValue)
                        .toArray();
                batch.addTable(layer, firstBlock, kept, kept.length);
            }
            for (int i = 0; i < piece.tokens(); i++) {
                int position = piece.firstPosition() + i;
                batch.addRow((piece.sequence() * 31 + position * 7) % sizes.vocabulary(), position);
                batch.selectRow();
            }
        }
        return compute(batch);
    }

    // Block ids of different sequences interleave, so that no table is contiguous.
    private List<Integer> blocks(int sequence) {
        int sequences = blocks / BLOCKS_PER_SEQUENCE;
        List<Integer> table = new ArrayList<>();
        for (int i = BLOCKS_PER_SEQUENCE - 1; i >= 0; i--) {
            table.add(i * sequences + sequence);
        }
        return table;
    }

    private List<float[]> compute(StepBatch batch) {
        int rows = batch.rows();
        Tensor hidden = ops.activation(rows, sizes.hidden());
        Tensor angles = ops.activation(rows, rotary.width());
        Tensor queries = ops.activation(rows, shape.queryColumns());
        Tensor attended = ops.activation(rows, shape.queryColumns());
        Tensor logits = ops.activation(rows, sizes.vocabulary());
        MemorySegment angleTable = Arena.ofAuto().allocate((long) rows * rotary.width() * Float.BYTES);
        rotary.fill(batch, angleTable);
        ops.begin(batch);
        ops.copyFromHost(angleTable, angles, rows);
        ops.embed(table, hidden);
        for (int layer = 0; layer < LAYERS; layer++) {
            ops.projectQueriesKeysValues(attentions.get(layer), hidden, angles, caches.get(layer), 0, queries);
            ops.attend(shape, queries, caches.get(layer), 0, attended);
            ops.addProjection(outputs.get(layer), attended, hidden);
            ops.addGatedMlp(mlps.get(layer), hidden);
        }
        ops.projectLogits(finalNorm, head, hidden, logits);
        MemorySegment host = Arena.ofAuto().allocate((long) rows * sizes.vocabulary() * Float.BYTES);
        ops.copyToHost(logits, rows, host);
        ops.synchronize();
        return rows(host, rows);
    }

    private List<float[]> rows(MemorySegment host, int rows) {
        List<float[]> result = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            float[] values = new float[sizes.vocabulary()];
            long from = (long) row * sizes.vocabulary() * Float.BYTES;
            MemorySegment.copy(host, ValueLayout.JAVA_FLOAT, from, values, 0, values.length);
            result.add(values);
        }
        return result;
    }
}
