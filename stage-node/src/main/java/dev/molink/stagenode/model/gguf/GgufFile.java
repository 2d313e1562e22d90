package dev.molink.stagenode.model.gguf;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.TensorHeader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * The header of a GGUF file: metadata and where the tensors lie.
 *
 * @param tensors by name, in the file's order; every range lies inside the file
 */
record GgufFile(Path path, Map<String, GgufValue> metadata, Map<String, TensorHeader> tensors) {

    private static final int MAGIC = 0x46554747; // "GGUF" as a little-endian number
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final long MAX_ALIGNMENT = 1 << 20;

    /** Reads the header; the data is not touched. */
    static GgufFile read(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(path, new GgufInput(path, channel));
        } catch (IOException e) {
            throw ModelFileException.unreadable(path, e);
        }
    }

    private static GgufFile read(Path path, GgufInput in) throws IOException {
        if (in.int32("the magic number") != MAGIC) {
            throw new ModelFileException(path, "does not begin with the letters GGUF");
        }
        int version = in.int32("the version");
        if (version != 2 && version != 3) {
            throw new ModelFileException(
                    path,
                    "has GGUF version %s; allowed are 2 and 3, little-endian"
                            .formatted(Integer.toUnsignedString(version)));
        }
        GgufTensorReader tensorReader = new GgufTensorReader(path, in);
        GgufMetadataReader metadataReader = new GgufMetadataReader(path, in);
        int tensors = tensorReader.readCount();
        Map<String, GgufValue> metadata = metadataReader.read(metadataReader.readCount());
        return new GgufFile(path, metadata, tensorReader.read(tensors, alignment(path, metadata)));
    }

    private static int alignment(Path path, Map<String, GgufValue> metadata) {
        GgufValue value = metadata.getOrDefault("general.alignment", new GgufValue.Whole(DEFAULT_ALIGNMENT));
        if (value instanceof GgufValue.Whole(long alignment)
                && alignment > 0
                && alignment <= MAX_ALIGNMENT
                && Long.bitCount(alignment) == 1) {
            return (int) alignment;
        }
        throw new ModelFileException(
                path, "general.alignment is %s; allowed is a power of two up to %d".formatted(value, MAX_ALIGNMENT));
    }

    Optional<GgufValue> find(String key) {
        return Optional.ofNullable(metadata.get(key));
    }

    /** A text value; empty when the key is absent or of another kind. */
    Optional<String> text(String key) {
        return find(key).filter(GgufValue.Text.class::isInstance).map(GgufValue::toString);
    }
}
