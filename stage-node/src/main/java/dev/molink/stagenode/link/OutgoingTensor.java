package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.transmit.TransmitClass;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A hidden state on its way. Rows come in order as they become final and are encoded a slice at a time, so that an urgent
 * frame never waits for the encoding of a large state. Owned by the outbox.
 */
final class OutgoingTensor implements OutgoingMessage {

    /** Of f32 values in one slice, which take about a tenth of a millisecond to encode. */
    private static final long SLICE_BYTES = 256 << 10;

    private final long id;
    private final long stepId;
    private final TransmitClass kind;
    private final int totalRows;
    private final int hiddenSize;
    private final ActivationCodec codec;
    private final ActivationPool pool;
    private final TensorChunk header;
    private final Deque<HiddenRows> waiting = new ArrayDeque<>();

    private @Nullable Activation encoded;
    private int givenRows;
    private int encodedRows;
    private boolean abandoned;

    /**
     * @param id of the message within the outbox
     * @param first the first rows; they are to be {@linkplain #give given} all the same
     */
    OutgoingTensor(long id, HiddenRows first, int hiddenSize, ActivationCodec codec, ActivationPool pool) {
        this.id = id;
        this.stepId = first.stepId();
        this.kind = first.kind();
        this.totalRows = first.totalRows();
        this.hiddenSize = hiddenSize;
        this.codec = codec;
        this.pool = pool;
        this.header = TensorChunk.newBuilder()
                .setStepId(stepId)
                .setDtype(WireTypes.of(codec))
                .addShape(totalRows)
                .addShape(hiddenSize)
                .setTotalBytes(totalRows * codec.rowBytes(hiddenSize))
                .build();
    }

    /**
     * Takes the next rows.
     *
     * @throws IllegalArgumentException if they do not follow those before
     */
    void give(HiddenRows rows) {
        if (rows.stepId() != stepId || rows.totalRows() != totalRows || rows.firstRow() != givenRows) {
            throw new IllegalArgumentException("row %d of %d of step %d came where row %d of %d of step %d was due"
                    .formatted(rows.firstRow(), rows.totalRows(), rows.stepId(), givenRows, totalRows, stepId));
        }
        givenRows += rows.rows();
        if (codec == ActivationCodec.F32 && rows.areAll()) {
            encoded = rows.values();
            encodedRows = totalRows;
        } else {
            waiting.add(rows);
        }
    }

    long id() {
        return id;
    }

    long stepId() {
        return stepId;
    }

    boolean isGiven() {
        return givenRows == totalRows || abandoned;
    }

    boolean isEncodable() {
        return !waiting.isEmpty();
    }

    /** The step failed: what is still due goes without meaning, and the other end is told. */
    void abandon() {
        abandoned = true;
        waiting.forEach(rows -> rows.values().release());
        waiting.clear();
        memory();
    }

    /** Bytes that are encoded, from the first on. */
    long readyBytes() {
        return abandoned ? byteCount() : encodedRows * codec.rowBytes(hiddenSize);
    }

    /** Encodes the next slice of the rows that were given. */
    void encodeSlice() {
        HiddenRows rows = waiting.getFirst();
        int done = encodedRows - rows.firstRow();
        int count = Math.clamp(SLICE_BYTES / rowBytes(), 1, rows.rows() - done);
        codec.encode(
                rows.values().values().asSlice(done * rowBytes(), count * rowBytes()),
                count,
                hiddenSize,
                memory().asSlice(readyBytes(), count * codec.rowBytes(hiddenSize)));
        encodedRows += count;
        if (done + count == rows.rows()) {
            waiting.remove();
            rows.values().release();
        }
    }

    private long rowBytes() {
        return (long) hiddenSize * Float.BYTES;
    }

    private MemorySegment memory() {
        if (encoded == null) {
            encoded = pool.take(byteCount());
        }
        return encoded.values();
    }

    @Override
    public TransmitClass kind() {
        return kind;
    }

    @Override
    public long byteCount() {
        return header.getTotalBytes();
    }

    @Override
    public void describe(FrameHeader.Builder frame, long offset) {
        frame.setChunk(header.toBuilder().setOffset(offset).setAbandoned(abandoned));
    }

    @Override
    public ByteString data(long offset, int length) {
        return UnsafeByteOperations.unsafeWrap(memory().asSlice(offset, length).asByteBuffer());
    }

    @Override
    public void release() {
        waiting.forEach(rows -> rows.values().release());
        waiting.clear();
        if (encoded != null) {
            encoded.release();
        }
    }

    @Override
    public String toString() {
        return "hidden state of step " + stepId;
    }
}
