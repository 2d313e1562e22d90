package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.codec.ActivationCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of hidden states together, in whatever order they come, and decodes what is complete. Pieces that come
 * twice change nothing; a piece that contradicts its shape, the codec or an earlier piece ends the link, because a wrong
 * number must never be computed with. Not thread-safe: one link's frames come one after the other.
 */
final class TensorReassembly {

    /** Tensors whose late duplicates are still recognised; far more than are ever under way. */
    private static final int REMEMBERED = 1024;

    private final long epoch;
    private final ActivationCodec codec;
    private final int hiddenSize;
    private final long maxBytes;
    private final Duration patience;
    private final ActivationPool pool;

    private final Map<TensorKey, PartialTensor> partial = new HashMap<>();
    private final LinkedHashSet<TensorKey> completed = new LinkedHashSet<>();
    private long heldBytes;

    private record TensorKey(long stepId, int tensorId) {}

    /**
     * @param spec says how every tensor is encoded, and how many columns it has
     * @param maxBytes memory for encoded tensors that are not complete
     * @param patience longest time between two pieces of one tensor
     * @param pool memory of the tensors
     */
    TensorReassembly(LinkSpec spec, long maxBytes, Duration patience, ActivationPool pool) {
        this.epoch = spec.epoch();
        this.codec = spec.codec();
        this.hiddenSize = spec.hiddenSize();
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
    HiddenState accept(TensorChunk chunk, ByteString data, long nowNanos) throws CorruptFrameException {
        checkSound(chunk, data.size());
        TensorKey key = new TensorKey(chunk.getStepId(), chunk.getTensorId());
        if (completed.contains(key)) {
            return null;
        }
        if (chunk.getAbandoned()) {
            abandon(key);
            return null;
        }
        PartialTensor tensor = partial.get(key);
        if (tensor == null) {
            tensor = begin(chunk);
            partial.put(key, tensor);
        }
        tensor.add(chunk, data, nowNanos);
        if (!tensor.isComplete()) {
            return null;
        }
        end(key, tensor);
        return new HiddenState(epoch, chunk.getStepId(), tensor.rows(), hiddenSize, decoded(tensor));
    }

    private Activation decoded(PartialTensor tensor) {
        Activation encoded = tensor.memory();
        if (codec == ActivationCodec.F32) {
            return encoded;
        }
        Activation values = pool.take((long) tensor.rows() * hiddenSize * Float.BYTES);
        codec.decode(encoded.values(), tensor.rows(), hiddenSize, values.values());
        encoded.release();
        return values;
    }

    private void abandon(TensorKey key) {
        PartialTensor tensor = partial.get(key);
        if (tensor == null) {
            remember(key);
        } else {
            end(key, tensor);
            tensor.memory().release();
        }
    }

    private void end(TensorKey key, PartialTensor tensor) {
        partial.remove(key);
        heldBytes -= tensor.byteCount();
        remember(key);
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

    private void checkSound(TensorChunk chunk, int length) throws CorruptFrameException {
        long total = chunk.getTotalBytes();
        long rowBytes = codec.rowBytes(hiddenSize);
        boolean sound = chunk.getDtype() == WireTypes.of(codec)
                && chunk.getShapeCount() == 2
                && chunk.getShape(1) == hiddenSize
                && total > 0
                && total <= Math.min(maxBytes, Integer.MAX_VALUE)
                && total % rowBytes == 0
                && chunk.getShape(0) == total / rowBytes
                && length > 0
                && length <= SealedFrames.MAX_DATA_BYTES
                && chunk.getOffset() >= 0
                && chunk.getOffset() <= total - length;
        if (!sound) {
            throw new CorruptFrameException(
                    "chunk of step %d (%s, shape %s, bytes %d + %d of %d) is no piece of a hidden state [rows, %d] in %s of at most %d bytes"
                            .formatted(
                                    chunk.getStepId(),
                                    chunk.getDtype(),
                                    chunk.getShapeList(),
                                    chunk.getOffset(),
                                    length,
                                    total,
                                    hiddenSize,
                                    codec,
                                    maxBytes));
        }
    }
}
