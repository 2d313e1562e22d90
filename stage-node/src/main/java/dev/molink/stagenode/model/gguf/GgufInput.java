package dev.molink.stagenode.model.gguf;

import dev.molink.stagenode.model.format.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Little-endian values from the front of a file. Nothing is allocated for bytes that the file does not have. */
final class GgufInput {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long fileBytes;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

    GgufInput(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.fileBytes = channel.size();
    }

    long fileBytes() {
        return fileBytes;
    }

    /** Bytes read so far. */
    long position() throws IOException {
        return channel.position() - buffer.remaining();
    }

    long remaining() throws IOException {
        return fileBytes - position();
    }

    byte int8(String what) throws IOException {
        return ready(Byte.BYTES, what).get();
    }

    short int16(String what) throws IOException {
        return ready(Short.BYTES, what).getShort();
    }

    int int32(String what) throws IOException {
        return ready(Integer.BYTES, what).getInt();
    }

    long int64(String what) throws IOException {
        return ready(Long.BYTES, what).getLong();
    }

    float float32(String what) throws IOException {
        return ready(Float.BYTES, what).getFloat();
    }

    double float64(String what) throws IOException {
        return ready(Double.BYTES, what).getDouble();
    }

    /**
     * A count of items that take at least {@code leastBytes} each in the rest of the file.
     *
     * @param most the largest count that makes sense
     */
    int count(String what, int leastBytes, int most) throws IOException {
        long count = int64(what);
        long fits = Math.min(most, remaining() / leastBytes);
        if (count < 0 || count > fits) {
            throw new ModelFileException(
                    file, "claims %s of %s; allowed are 0 to %d".formatted(Long.toUnsignedString(count), what, fits));
        }
        return (int) count;
    }

    byte[] bytes(String what, int most) throws IOException {
        byte[] bytes = new byte[count("bytes of " + what, 1, most)];
        for (int done = 0; done < bytes.length; ) {
            int part = Math.min(bytes.length - done, BUFFER_BYTES);
            ready(part, what).get(bytes, done, part);
            done += part;
        }
        return bytes;
    }

    String text(String what, int most) throws IOException {
        byte[] bytes = bytes(what, most);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFileException(file, "%s is not UTF-8".formatted(what), e);
        }
    }

    private ByteBuffer ready(int bytes, String what) throws IOException {
        if (buffer.remaining() < bytes) {
            buffer.compact();
            int read = 0;
            while (buffer.position() < bytes && read >= 0) {
                read = channel.read(buffer);
            }
            buffer.flip();
        }
        if (buffer.remaining() < bytes) {
            throw new ModelFileException(file, "ends after %d bytes, inside %s".formatted(fileBytes, what));
        }
        return buffer;
    }
}
