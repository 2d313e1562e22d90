package dev.molink.stagenode.model.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files, or pieces of them, that are read into the heap, up to a limit. */
public final class SmallFile {

    private SmallFile() {}

    /** The whole file, refused when it holds more than {@code maxBytes}. */
    public static byte[] read(Path file, int maxBytes) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new ModelFileException(
                        file, "holds %d bytes; allowed are %d".formatted(Files.size(file), maxBytes));
            }
            return bytes;
        } catch (IOException e) {
            throw ModelFileException.unreadable(file, e);
        }
    }

    /** A piece of the file. */
    public static byte[] readRange(Path file, long offset, int bytes) {
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(offset);
            return in.readNBytes(bytes);
        } catch (IOException e) {
            throw ModelFileException.unreadable(file, e);
        }
    }
}
