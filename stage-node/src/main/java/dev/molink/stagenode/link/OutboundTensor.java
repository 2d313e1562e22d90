package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.proto.stage.v1.WireDType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Iterator;
import java.util.stream.LongStream;

/** A hidden state {@code [rows, hiddenSize]} f32 that waits for transmission. */
final class OutboundTensor {

    static final int MAX_CHUNK_BYTES = 256 << 10;

    private final TensorChunk header;
    private final MemorySegment values;

    /** @param values belongs to the tensor from now on; readable from every thread */
    OutboundTensor(long epoch, long stepId, LinkClass linkClass, int rows, int hiddenSize, MemorySegment values) {
        this.values = values.asSlice(0, (long) rows * hiddenSize * Float.BYTES);
        this.header = TensorChunk.newBuilder()
                .setEpoch(epoch)
                .setStepId(stepId)
                .setLinkClass(linkClass)
                .setDtype(WireDType.WIRE_DTYPE_F32)
                .addShape(rows)
                .addShape(hiddenSize)
                .setTotalBytes(this.values.byteSize())
                .build();
    }

    long byteCount() {
        return values.byteSize();
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
        ByteString data =
                UnsafeByteOperations.unsafeWrap(values.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
        TensorChunk placed = header.toBuilder().setOffset(offset).build();
        return Frame.newBuilder()
                .setChunk(placed.toBuilder().setData(data).setCrc32C(Checksums.of(placed, data)))
                .build();
    }
}
