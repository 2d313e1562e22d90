package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.stagenode.activation.Activation;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** The bytes of one tensor that came so far. */
final class PartialTensor {

    private final int rows;
    private final int columns;
    private final int byteCount;
    private final Activation memory;
    private final ByteBuffer bytes;

    /** Ranges that came, start → end; they neither overlap nor touch. */
    private final TreeMap<Integer, Integer> ranges = new TreeMap<>();

    private long lastPieceNanos;

    /** Takes the sizes from a piece that was found sound; adds nothing of it. {@code memory} is as large as the tensor. */
    PartialTensor(TensorChunk header, Activation memory) {
        this.rows = (int) header.getShape(0);
        this.columns = (int) header.getShape(1);
        this.byteCount = (int) header.getTotalBytes();
        this.memory = memory;
        this.bytes = memory.values().asByteBuffer();
    }

    void add(TensorChunk chunk, long nowNanos) throws CorruptFrameException {
        if (chunk.getTotalBytes() != byteCount || chunk.getShape(0) != rows) {
            throw new CorruptFrameException("chunk of step %d speaks of %d bytes, earlier ones of %d"
                    .formatted(chunk.getStepId(), chunk.getTotalBytes(), byteCount));
        }
        int offset = (int) chunk.getOffset();
        chunk.getData().copyTo(bytes.position(offset));
        merge(offset, offset + chunk.getData().size());
        lastPieceNanos = nowNanos;
    }

    private void merge(int start, int end) {
        int first = start;
        int last = end;
        Map.Entry<Integer, Integer> neighbour = ranges.floorEntry(last);
        while (neighbour != null && neighbour.getValue() >= first) {
            first = Math.min(first, neighbour.getKey());
            last = Math.max(last, neighbour.getValue());
            ranges.remove(neighbour.getKey());
            neighbour = ranges.floorEntry(last);
        }
        ranges.put(first, last);
    }

    boolean isComplete() {
        return receivedBytes() == byteCount;
    }

    int receivedBytes() {
        return ranges.entrySet().stream()
                .mapToInt(range -> range.getValue() - range.getKey())
                .sum();
    }

    int byteCount() {
        return byteCount;
    }

    long lastPieceNanos() {
        return lastPieceNanos;
    }

    HiddenState toHiddenState(long epoch, long stepId) {
        return new HiddenState(epoch, stepId, rows, columns, memory);
    }
}
