package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.stagenode.activation.Activation;
import java.nio.ByteBuffer;

/** The bytes of one encoded tensor that came so far. */
final class PartialTensor {

    private final int rows;
    private final int byteCount;
    private final Activation memory;
    private final ByteBuffer bytes;
    private final LongRanges arrived = new LongRanges();

    private long lastPieceNanos;

    /** Takes the sizes from a piece that was found sound; adds nothing of it. {@code memory} is as large as the tensor. */
    PartialTensor(TensorChunk header, Activation memory) {
        this.rows = (int) header.getShape(0);
        this.byteCount = (int) header.getTotalBytes();
        this.memory = memory;
        this.bytes = memory.values().asByteBuffer();
    }

    void add(TensorChunk chunk, ByteString data, long nowNanos) throws CorruptFrameException {
        if (chunk.getTotalBytes() != byteCount || chunk.getShape(0) != rows) {
            throw new CorruptFrameException("chunk of step %d speaks of %d bytes, earlier ones of %d"
                    .formatted(chunk.getStepId(), chunk.getTotalBytes(), byteCount));
        }
        int offset = (int) chunk.getOffset();
        data.copyTo(bytes.position(offset));
        arrived.add(offset, offset + data.size());
        lastPieceNanos = nowNanos;
    }

    boolean isComplete() {
        return arrived.total() == byteCount;
    }

    long receivedBytes() {
        return arrived.total();
    }

    int rows() {
        return rows;
    }

    int byteCount() {
        return byteCount;
    }

    long lastPieceNanos() {
        return lastPieceNanos;
    }

    /** What came, once it is complete; belongs to the caller. */
    Activation memory() {
        return memory;
    }
}
