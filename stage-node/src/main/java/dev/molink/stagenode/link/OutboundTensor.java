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
import java.util.stream.IntStream;

/** A hidden state {@code [rows, hiddenSize]} f32 that waits for transmission; its bytes are its own copy. */
final class OutboundTensor {

    static final int MAX_CHUNK_BYTES = 256 << 10;

    private final TensorChunk header;
    private final byte[] bytes;

    OutboundTensor(long epoch, long stepId, LinkClass linkClass, int rows, int hiddenSize, MemorySegment values) {
        this.bytes = values.asSlice(0, (long) rows * hiddenSize * Float.BYTES).toArray(ValueLayout.JAVA_BYTE);
        this.header = TensorChunk.newBuilder()
                .setEpoch(epoch)
                .setStepId(stepId)
                .setLinkClass(linkClass)
                .setDtype(WireDType.WIRE_DTYPE_F32)
                .addShape(rows)
                .addShape(hiddenSize)
                .setTotalBytes(bytes.length)
                .build();
    }

    int byteCount() {
        return bytes.length;
    }

    /** The frames of the tensor in order, each made when it is asked for. */
    Iterator<Frame> chunks() {
        return IntStream.iterate(0, offset -> offset < bytes.length, offset -> offset + MAX_CHUNK_BYTES)
                .mapToObj(this::chunkAt)
                .iterator();
    }

    /** The piece that begins at {@code offset}: the rest, or as much of it as a frame may hold. */
    private Frame chunkAt(int offset) {
        int length = Math.min(MAX_CHUNK_BYTES, bytes.length - offset);
        ByteString data = UnsafeByteOperations.unsafeWrap(bytes, offset, length);
        TensorChunk placed = header.toBuilder().setOffset(offset).build();
        return Frame.newBuilder()
                .setChunk(placed.toBuilder().setData(data).setCrc32C(Checksums.of(placed, data)))
                .build();
    }
}
