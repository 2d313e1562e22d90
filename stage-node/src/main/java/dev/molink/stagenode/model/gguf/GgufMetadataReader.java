package dev.molink.stagenode.model.gguf;

import dev.molink.stagenode.model.format.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the key-value pairs of a GGUF file. */
final class GgufMetadataReader {

    private static final int MAX_KEYS = 1 << 16;
    private static final int MAX_KEY_BYTES = 1 << 16;
    private static final int MAX_TEXT_BYTES = 16 << 20;
    private static final int MAX_ITEMS = 1 << 24;
    /** Length and type of an empty key with a one-byte value. */
    private static final int LEAST_PAIR_BYTES = 13;

    private static final int TEXT = 8;
    private static final int LIST = 9;
    private static final int BOOL = 7;

    private final Path file;
    private final GgufInput in;

    GgufMetadataReader(Path file, GgufInput in) {
        this.file = file;
        this.in = in;
    }

    int readCount() throws IOException {
        return in.count("metadata pairs", LEAST_PAIR_BYTES, MAX_KEYS);
    }

    Map<String, GgufValue> read(int pairs) throws IOException {
        Map<String, GgufValue> metadata = new LinkedHashMap<>();
        for (int i = 0; i < pairs; i++) {
            String key = in.text("metadata key " + i, MAX_KEY_BYTES);
            GgufValue value = value(key, in.int32(key));
            if (metadata.put(key, value) != null) {
                throw new ModelFileException(file, "metadata key %s is given twice".formatted(key));
            }
        }
        return metadata;
    }

    private GgufValue value(String key, int type) throws IOException {
        return switch (type) {
            case 0, 1, 2, 3, 4, 5, 11 -> new GgufValue.Whole(whole(key, type));
            case 10 -> unsigned64(in.int64(key));
            case 6, 12 -> new GgufValue.Real(real(key, type));
            case BOOL -> new GgufValue.Flag(in.int8(key) != 0);
            case TEXT -> new GgufValue.Text(ByteBuffer.wrap(in.bytes(key, MAX_TEXT_BYTES)));
            case LIST -> list(key, in.int32(key));
            default -> throw unknownType(key, type);
        };
    }

    private static GgufValue unsigned64(long value) {
        return value >= 0 ? new GgufValue.Whole(value) : new GgufValue.Real(value + 0x1p64);
    }

    private GgufValue list(String key, int type) throws IOException {
        int items = in.count("items of " + key, itemBytes(key, type), MAX_ITEMS);
        return switch (type) {
            case TEXT -> texts(key, items);
            case 6, 12 -> reals(key, type, items);
            default -> wholes(key, type, items);
        };
    }

    private GgufValue texts(String key, int items) throws IOException {
        List<ByteBuffer> texts = new ArrayList<>(items);
        for (int i = 0; i < items; i++) {
            texts.add(ByteBuffer.wrap(in.bytes(key, MAX_TEXT_BYTES)));
        }
        return new GgufValue.Texts(texts);
    }

    private GgufValue reals(String key, int type, int items) throws IOException {
        List<Double> reals = new ArrayList<>(items);
        for (int i = 0; i < items; i++) {
            reals.add(real(key, type));
        }
        return new GgufValue.Reals(reals);
    }

    private GgufValue wholes(String key, int type, int items) throws IOException {
        List<Long> wholes = new ArrayList<>(items);
        for (int i = 0; i < items; i++) {
            wholes.add(whole(key, type));
        }
        return new GgufValue.Wholes(wholes);
    }

    private long whole(String key, int type) throws IOException {
        return switch (type) {
            case 0, BOOL -> Byte.toUnsignedLong(in.int8(key));
            case 1 -> in.int8(key);
            case 2 -> Short.toUnsignedLong(in.int16(key));
            case 3 -> in.int16(key);
            case 4 -> Integer.toUnsignedLong(in.int32(key));
            case 5 -> in.int32(key);
            default -> in.int64(key);
        };
    }

    private double real(String key, int type) throws IOException {
        return type == 6 ? in.float32(key) : in.float64(key);
    }

    private int itemBytes(String key, int type) {
        return switch (type) {
            case 0, 1, BOOL -> 1;
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            case TEXT, 10, 11, 12 -> 8;
            case LIST ->
                throw new ModelFileException(
                        file, "metadata key %s is a list of lists, which no model uses".formatted(key));
            default -> throw unknownType(key, type);
        };
    }

    private ModelFileException unknownType(String key, int type) {
        return new ModelFileException(
                file,
                "metadata key %s has value type %s; allowed are 0 to 12"
                        .formatted(key, Integer.toUnsignedString(type)));
    }
}
