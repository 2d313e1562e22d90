package dev.molink.stagenode.model.safetensors;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.StrictJson;
import dev.molink.stagenode.model.format.TensorHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the header of a safetensors file: eight bytes of length, a JSON object from tensor name to type, shape and byte
 * range, then the data. Every range must have the size that type and shape imply, and together the ranges must cover
 * the data without gap or overlap.
 */
public final class SafetensorsHeader {

    /** The format's own limit. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int MAX_DIMENSIONS = 16;
    private static final String METADATA = "__metadata__";

    private final Path file;
    private final long dataStart;
    private final long dataBytes;

    private SafetensorsHeader(Path file, long dataStart, long fileBytes) {
        this.file = file;
        this.dataStart = dataStart;
        this.dataBytes = fileBytes - dataStart;
    }

    /** All tensors by name. */
    public static Map<String, TensorHeader> read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long headerBytes = headerBytes(file, channel);
            byte[] json = new byte[(int) headerBytes];
            readFully(file, channel, ByteBuffer.wrap(json));
            ObjectNode tree = StrictJson.parse(file, "the header", json);
            return new SafetensorsHeader(file, Long.BYTES + headerBytes, channel.size()).tensors(tree);
        } catch (IOException e) {
            throw ModelFileException.unreadable(file, e);
        }
    }

    private static long headerBytes(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new ModelFileException(file, "is %d bytes long, too short for a safetensors header".formatted(size));
        }
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(file, channel, length);
        long headerBytes = length.getLong(0);
        long most = Math.min(MAX_HEADER_BYTES, size - Long.BYTES);
        if (headerBytes < 2 || headerBytes > most) {
            throw new ModelFileException(
                    file,
                    "claims a header of %s bytes; allowed are 2 to %d"
                            .formatted(Long.toUnsignedString(headerBytes), most));
        }
        return headerBytes;
    }

    private static void readFully(Path file, FileChannel channel, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new ModelFileException(file, "ends inside its header");
            }
        }
    }

    private Map<String, TensorHeader> tensors(ObjectNode tree) {
        Map<String, TensorHeader> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            if (!entry.getKey().equals(METADATA)) {
                tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue()));
            }
        }
        requireCover(tensors);
        return tensors;
    }

    private TensorHeader tensor(String name, JsonNode entry) {
        SafetensorsType type = type(name, entry);
        List<Long> shape = numbers(name, entry, "shape");
        if (shape.size() > MAX_DIMENSIONS) {
            throw refused(name, "%d dimensions".formatted(shape.size()), "at most " + MAX_DIMENSIONS);
        }
        List<Long> range = numbers(name, entry, "data_offsets");
        if (range.size() != 2 || range.get(0) > range.get(1) || range.get(1) > dataBytes) {
            throw refused(name, "data_offsets " + range, "[begin, end] within 0 … " + dataBytes);
        }
        long begin = range.get(0);
        long byteSize = range.get(1) - begin;
        long expected = byteSize(name, type, shape);
        if (byteSize != expected) {
            throw new ModelFileException(
                    file,
                    "tensor %s is %s %s, which takes %d bytes, but its data_offsets hold %d"
                            .formatted(name, type, shape, expected, byteSize));
        }
        return new TensorHeader(name, type.dtype(), type.name(), shape, file, dataStart + begin, byteSize);
    }

    private SafetensorsType type(String name, JsonNode entry) {
        JsonNode value = entry.get("dtype");
        String text = value == null ? "missing" : value.asString("not a string");
        return Arrays.stream(SafetensorsType.values())
                .filter(type -> type.name().equals(text))
                .findFirst()
                .orElseThrow(() -> refused(name, "dtype " + text, "one of " + List.of(SafetensorsType.values())));
    }

    private List<Long> numbers(String name, JsonNode entry, String key) {
        JsonNode value = entry.get(key);
        if (value == null || !value.isArray()) {
            throw refused(name, key + " " + value, "a list of whole numbers from 0 up");
        }
        List<Long> numbers = new ArrayList<>();
        for (JsonNode item : value.values()) {
            if (!item.isIntegralNumber() || !item.canConvertToLong() || item.longValue() < 0) {
                throw refused(name, key + " with " + item, "whole numbers from 0 up");
            }
            numbers.add(item.longValue());
        }
        return numbers;
    }

    private long byteSize(String name, SafetensorsType type, List<Long> shape) {
        try {
            long bits = type.bits();
            for (long dimension : shape) {
                bits = Math.multiplyExact(bits, dimension);
            }
            return Math.ceilDiv(bits, 8);
        } catch (ArithmeticException e) {
            throw new ModelFileException(
                    file, "tensor %s has shape %s, larger than any file".formatted(name, shape), e);
        }
    }

    private void requireCover(Map<String, TensorHeader> tensors) {
        long end = dataStart;
        List<TensorHeader> sorted = tensors.values().stream()
                .sorted(Comparator.comparingLong(TensorHeader::offset).thenComparingLong(TensorHeader::byteSize))
                .toList();
        for (TensorHeader tensor : sorted) {
            if (tensor.offset() != end) {
                throw new ModelFileException(
                        file,
                        "tensor %s begins at data offset %d, where %d is the end of the tensor before; ranges must follow each other without gap or overlap"
                                .formatted(tensor.name(), tensor.offset() - dataStart, end - dataStart));
            }
            end += tensor.byteSize();
        }
        if (end != dataStart + dataBytes) {
            throw new ModelFileException(
                    file, "holds %d bytes of data, its tensors only %d".formatted(dataBytes, end - dataStart));
        }
    }

    private ModelFileException refused(String name, String found, String allowed) {
        return new ModelFileException(file, "tensor %s has %s; allowed is %s".formatted(name, found, allowed));
    }
}
