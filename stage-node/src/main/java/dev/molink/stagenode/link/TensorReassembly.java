package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.proto.stage.v1.WireDType;
import dev.molink.stagenode.activation.ActivationPool;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of hidden states together, in whatever order they come. Pieces that come twice change nothing; a piece
 * that contradicts its own checksum, its shape or an earlier piece ends the link, because a wrong number must never be
 * computed with. Not thread-safe: one link's frames come one after the other.
 */
final class TensorReassembly {

    /** Tensors whose late duplicates are still recognised; far more than are ever under way. */
    private static final int REMEMBERED = 1024;

    private final int hiddenSize;
    private final long maxBytes;
    private final Duration patience;
    private final ActivationPool pool;

    private final Map<TensorKey, PartialTensor> partial = new HashMap<>();
    private final LinkedHashSet<TensorKey> completed = new LinkedHashSet<>();
    private long heldBytes;

    private record TensorKey(long stepId, int tensorId) {}

    /**
     * @param hiddenSize columns that every tensor must have
     * @param maxBytes memory for tensors that are not complete
     * @param patience longest time between two pieces of one tensor
     * @param pool memory of the tensors
     */
    TensorReassembly(int hiddenSize, long maxBytes, Duration patience, ActivationPool pool) {
        this.hiddenSize = hiddenSize;
        this.maxBytes = maxBytes;
        this.patience = patience;
        this.pool = pool;
    }

    /**
     * Takes a piece and returns the tensor that it completes, or null.
     *
     * @throws CorruptFrameException if the piece cannot be right or does not fit into the memory
     */
    @Nullable
    HiddenState accept(TensorChunk chunk, long nowNanos) throws CorruptFrameException {
        checkSound(chunk);
        TensorKey key = new TensorKey(chunk.getStepId(), chunk.getTensorId());
        if (completed.contains(key)) {
            return null;
        }
        PartialTensor tensor = partial.get(key);
        if (tensor == null) {
            tensor = begin(chunk);
            partial.put(key, tensor);
        }
        tensor.add(chunk, nowNanos);
        if (!tensor.isComplete()) {
            return null;
        }
        partial.remove(key);
        heldBytes -= tensor.byteCount();
        remember(key);
        return tensor.toHiddenState(chunk.getEpoch(), chunk.getStepId());
    }

    /** @throws CorruptFrameException naming a tensor whose rest has not come for too long */
    void checkProgress(long nowNanos) throws CorruptFrameException {
        for (Map.Entry<TensorKey, PartialTensor> entry : partial.entrySet()) {
            PartialTensor tensor = entry.getValue();
            if (nowNanos - tensor.lastPieceNanos() > patience.toNanos()) {
                throw new CorruptFrameException("hidden state of step %d has %d of %d bytes and nothing came for %d s"
                        .formatted(
                                entry.getKey().stepId(),
                                tensor.receivedBytes(),
                                tensor.byteCount(),
                                patience.toSeconds()));
            }
        }
    }

    long heldBytes() {
        return heldBytes;
    }

    private PartialTensor begin(TensorChunk chunk) throws CorruptFrameException {
        if (heldBytes + chunk.getTotalBytes() > maxBytes) {
            throw new CorruptFrameException("hidden state of step %d has %d bytes; %d of %d bytes are taken already"
                    .formatted(chunk.getStepId(), chunk.getTotalBytes(), heldBytes, maxBytes));
        }
        heldBytes += chunk.getTotalBytes();
        return new PartialTensor(chunk, pool.take(chunk.getTotalBytes()));
    }

    private void remember(TensorKey key) {
        if (completed.size() == REMEMBERED) {
            completed.removeFirst();
        }
        completed.add(key);
    }

    private void checkSound(TensorChunk chunk) throws CorruptFrameException {
        if (Checksums.of(chunk) != chunk.getCrc32C()) {
            throw new CorruptFrameException("chunk of step %d has checksum %08x, it was sent with %08x"
                    .formatted(chunk.getStepId(), Checksums.of(chunk), chunk.getCrc32C()));
        }
        long total = chunk.getTotalBytes();
        int length = chunk.getData().size();
        boolean sound = chunk.getDtype() == WireDType.WIRE_DTYPE_F32
                && chunk.getShapeCount() == 2
                && chunk.getShape(1) == hiddenSize
                && total > 0
                && total <= maxBytes
                && total % ((long) hiddenSize * Float.BYTES) == 0
                && chunk.getShape(0) == total / ((long) hiddenSize * Float.BYTES)
                && length > 0
                && length <= OutboundTensor.MAX_CHUNK_BYTES
                && chunk.getOffset() >= 0
                && chunk.getOffset() <= total - length;
        if (!sound) {
            throw new CorruptFrameException(
                    "chunk of step %d (%s, shape %s, bytes %d + %d of %d) is no piece of a hidden state [rows, %d] of at most %d bytes"
                            .formatted(
                                    chunk.getStepId(),
                                    chunk.getDtype(),
                                    chunk.getShapeList(),
                                    chunk.getOffset(),
                                    length,
                                    total,
                                    hiddenSize,
                                    maxBytes));
        }
    }
}
