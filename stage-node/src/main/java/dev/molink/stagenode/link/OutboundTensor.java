package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.proto.stage.v1.WireDType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.stream.IntStream;

/** A hidden state {@code [rows, hiddenSize]} f32 that waits for transmission. */
final class OutboundTensor {

    static final int MAX_CHUNK_BYTES = 256 << 10;

    private final TensorChunk header;
    private final ByteString bytes;

    /** @param values belongs to the tensor from now on; readable from every thread */
    OutboundTensor(long epoch, long stepId, LinkClass linkClass, int rows, int hiddenSize, MemorySegment values) {
        this.bytes = wrap(values.asSlice(0, (long) rows * hiddenSize * Float.BYTES));
        this.header = TensorChunk.newBuilder()
                .setEpoch(epoch)
                .setStepId(stepId)
                .setLinkClass(linkClass)
                .setDtype(WireDType.WIRE_DTYPE_F32)
                .addShape(rows)
                .addShape(hiddenSize)
                .setTotalBytes(bytes.size())
                .build();
    }

    /** Only memory that is made of bytes can be sent where it lies. */
    private static ByteString wrap(MemorySegment values) {
        boolean madeOfBytes = values.heapBase().map(byte[].class::isInstance).orElse(true);
        return UnsafeByteOperations.unsafeWrap(
                madeOfBytes ? values.asByteBuffer() : ByteBuffer.wrap(values.toArray(ValueLayout.JAVA_BYTE)));
    }

    int byteCount() {
        return bytes.size();
    }

    /** The frames of the tensor in order, each made when it is asked for. */
    Iterator<Frame> chunks() {
        return IntStream.iterate(0, offset -> offset < bytes.size(), offset -> offset + MAX_CHUNK_BYTES)
                .mapToObj(this::chunkAt)
                .iterator();
    }

    /** The piece that begins at {@code offset}: the rest, or as much of it as a frame may hold. */
    private Frame chunkAt(int offset) {
        ByteString data = bytes.substring(offset, Math.min(offset + MAX_CHUNK_BYTES, bytes.size()));
        TensorChunk placed = header.toBuilder().setOffset(offset).build();
        return Frame.newBuilder()
                .setChunk(placed.toBuilder().setData(data).setCrc32C(Checksums.of(placed, data)))
                .build();
    }
}
