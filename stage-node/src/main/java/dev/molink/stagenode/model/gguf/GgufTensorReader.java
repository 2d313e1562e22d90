package dev.molink.stagenode.model.gguf;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.TensorHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and checks the tensor headers of a GGUF file. */
final class GgufTensorReader {

    private static final int MAX_TENSORS = 1 << 20;
    private static final int MAX_NAME_BYTES = 1 << 10;
    private static final int MAX_DIMENSIONS = 4;
    /** Name length, dimension count, one dimension, type and offset. */
    private static final int LEAST_HEADER_BYTES = 32;

    private final Path file;
    private final GgufInput in;

    GgufTensorReader(Path file, GgufInput in) {
        this.file = file;
        this.in = in;
    }

    /** A tensor before it is known where the data begins. */
    private record Entry(String name, GgufTensorType type, List<Long> shape, long offset, long byteSize) {}

    int readCount() throws IOException {
        return in.count("tensors", LEAST_HEADER_BYTES, MAX_TENSORS);
    }

    /** @param alignment of the data and of each tensor in it, a power of two */
    Map<String, TensorHeader> read(int tensors, int alignment) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < tensors; i++) {
            entries.add(entry(i, alignment));
        }
        long dataStart = Math.ceilDiv(in.position(), alignment) * alignment;
        requireApart(entries, in.fileBytes() - dataStart);
        Map<String, TensorHeader> headers = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (headers.put(entry.name(), header(entry, dataStart)) != null) {
                throw new ModelFileException(file, "tensor %s is listed twice".formatted(entry.name()));
            }
        }
        return headers;
    }

    private Entry entry(int index, int alignment) throws IOException {
        String name = in.text("the name of tensor " + index, MAX_NAME_BYTES);
        List<Long> shape = shape(name);
        int typeId = in.int32(name);
        GgufTensorType type = GgufTensorType.ofId(typeId)
                .orElseThrow(() -> refused(
                        name,
                        "type " + Integer.toUnsignedString(typeId),
                        "one of the format's types, such as " + GgufTensorType.F16));
        long offset = in.int64(name);
        if (offset < 0 || offset % alignment != 0) {
            throw refused(name, "offset " + Long.toUnsignedString(offset), "a multiple of %d".formatted(alignment));
        }
        return new Entry(name, type, shape, offset, byteSize(name, type, shape));
    }

    /** The file stores the fastest dimension first; shapes here have it last. */
    private List<Long> shape(String name) throws IOException {
        int dimensions = in.int32(name);
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw refused(name, Integer.toUnsignedString(dimensions) + " dimensions", "1 to " + MAX_DIMENSIONS);
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            long dimension = in.int64(name);
            if (dimension < 1) {
                throw refused(name, "a dimension of %d".formatted(dimension), "a number from 1 up");
            }
            shape.addFirst(dimension);
        }
        return shape;
    }

    private long byteSize(String name, GgufTensorType type, List<Long> shape) {
        if (shape.getLast() % type.blockElements() != 0) {
            throw refused(
                    name,
                    "rows of %d elements of type %s".formatted(shape.getLast(), type),
                    "a multiple of its blocks of %d".formatted(type.blockElements()));
        }
        try {
            long bytes = Math.multiplyExact(shape.getLast() / type.blockElements(), (long) type.blockBytes());
            for (long dimension : shape.subList(0, shape.size() - 1)) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw new ModelFileException(
                    file, "tensor %s has shape %s, larger than any file".formatted(name, shape), e);
        }
    }

    private void requireApart(List<Entry> entries, long dataBytes) {
        String before = "the start";
        long end = 0;
        for (Entry entry :
                entries.stream().sorted(Comparator.comparingLong(Entry::offset)).toList()) {
            if (entry.offset() < end) {
                throw new ModelFileException(file, "tensors %s and %s overlap".formatted(before, entry.name()));
            }
            if (entry.byteSize() > dataBytes - entry.offset()) {
                throw new ModelFileException(
                        file,
                        "tensor %s takes %d bytes from data offset %d, but the file holds %d bytes of data"
                                .formatted(entry.name(), entry.byteSize(), entry.offset(), Math.max(0, dataBytes)));
            }
            before = entry.name();
            end = entry.offset() + entry.byteSize();
        }
    }

    private TensorHeader header(Entry entry, long dataStart) {
        return new TensorHeader(
                entry.name(),
                entry.type().dtype(),
                entry.type().name(),
                entry.shape(),
                file,
                dataStart + entry.offset(),
                entry.byteSize());
    }

    private ModelFileException refused(String name, String found, String allowed) {
        return new ModelFileException(file, "tensor %s has %s; allowed is %s".formatted(name, found, allowed));
    }
}
