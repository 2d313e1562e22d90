package dev.molink.stagenode.model.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are read whole, up to a limit. */
public final class SmallFile {

    private SmallFile() {}

    public static byte[] read(Path file, long maxBytes) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 16, maxBytes + 1));
            if (bytes.length > maxBytes) {
                throw new ModelFileException(
                        file, "holds %d bytes; allowed are %d".formatted(Files.size(file), maxBytes));
            }
            return bytes;
        } catch (IOException e) {
            throw ModelFileException.unreadable(file, e);
        }
    }
}
