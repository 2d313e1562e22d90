package dev.molink.stagenode.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The golden files' tensors, read for comparison. */
final class Safetensors {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment file;
    private final JsonNode header;
    private final long dataStart;

    private Safetensors(MemorySegment file) {
        this.file = file;
        long headerBytes = file.get(LONG, 0);
        byte[] json = file.asSlice(Long.BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE);
        this.header = JsonMapper.shared().readTree(new String(json, StandardCharsets.UTF_8));
        this.dataStart = Long.BYTES + headerBytes;
    }

    static Safetensors open(Path path) {
        try (FileChannel channel = FileChannel.open(path)) {
            return new Safetensors(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String name) {
        return header.has(name);
    }

    int dimension(String name, int index) {
        JsonNode shape = header.get(name).get("shape");
        return index < shape.size() ? shape.get(index).asInt() : 1;
    }

    String dtype(String name) {
        return header.get(name).get("dtype").asString();
    }

    MemorySegment data(String name) {
        JsonNode offsets = header.get(name).get("data_offsets");
        long start = offsets.get(0).asLong();
        return file.asSlice(dataStart + start, offsets.get(1).asLong() - start);
    }

    float[] floats(String name) {
        MemorySegment data = data(name);
        float[] values = new float[Math.toIntExact(data.byteSize() / Float.BYTES)];
        MemorySegment.copy(data, HostBuffer.FLOAT, 0, values, 0, values.length);
        return values;
    }

    List<Integer> ints(String name) {
        MemorySegment data = data(name);
        return LongStream.range(0, data.byteSize() / Long.BYTES)
                .map(i -> data.get(LONG, i * Long.BYTES))
                .mapToObj(Math::toIntExact)
                .toList();
    }
}
