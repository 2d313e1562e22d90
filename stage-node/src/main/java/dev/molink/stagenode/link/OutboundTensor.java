package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.proto.stage.v1.WireDType;
import dev.molink.stagenode.activation.Activation;
import java.util.Iterator;
import java.util.stream.LongStream;

/** A hidden state {@code [rows, hiddenSize]} f32 that waits for transmission. */
final class OutboundTensor {

    static final int MAX_CHUNK_BYTES = 256 << 10;

    private final TensorChunk header;
    private final Activation values;

    /** @param values exactly the tensor; belongs to it from now on */
    OutboundTensor(long epoch, long stepId, LinkClass linkClass, int rows, int hiddenSize, Activation values) {
        this.values = values;
        this.header = TensorChunk.newBuilder()
                .setEpoch(epoch)
                .setStepId(stepId)
                .setLinkClass(linkClass)
                .setDtype(WireDType.WIRE_DTYPE_F32)
                .addShape(rows)
                .addShape(hiddenSize)
                .setTotalBytes(values.values().byteSize())
                .build();
    }

    long byteCount() {
        return header.getTotalBytes();
    }

    long stepId() {
        return header.getStepId();
    }

    /** The other end has it, or never will: its memory may be used again. */
    void release() {
        values.release();
    }

    /** The frames of the tensor in order, each made when it is asked for. */
    Iterator<Frame> chunks() {
        return LongStream.iterate(0, offset -> offset < byteCount(), offset -> offset + MAX_CHUNK_BYTES)
                .mapToObj(this::chunkAt)
                .iterator();
    }

    /** The piece that begins at {@code offset}: the rest, or as much of it as a frame may hold. */
    private Frame chunkAt(long offset) {
        long length = Math.min(MAX_CHUNK_BYTES, byteCount() - offset);
        // Not copied: the tensor keeps its memory until the other end has it, and a heap copy would cost as much again.
        ByteString data = UnsafeByteOperations.unsafeWrap(
                values.values().asSlice(offset, length).asByteBuffer());
        TensorChunk placed = header.toBuilder().setOffset(offset).build();
        return Frame.newBuilder()
                .setChunk(placed.toBuilder().setData(data).setCrc32C(Checksums.of(placed, data)))
                .build();
    }
}
