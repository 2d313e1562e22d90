package dev.molink.stagenode.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Numbers formations. An epoch is the time in milliseconds, or one more than the last epoch where the clock stands still
 * or was set back; the last one is kept in a file, so that epochs rise over restarts too.
 */
public final class Epochs {

    private final InstantSource clock;
    private final @Nullable Path file;
    private long last;

    private Epochs(InstantSource clock, @Nullable Path file, long last) {
        this.clock = clock;
        this.file = file;
        this.last = last;
    }

    /** Epochs of a head that keeps nothing. */
    public static Epochs inMemory(InstantSource clock) {
        return new Epochs(clock, null, 0);
    }

    /** @throws IOException if the file is there and holds no number; the message names it */
    public static Epochs keptIn(Path file, InstantSource clock) throws IOException {
        return new Epochs(clock, file, Files.exists(file) ? read(file) : 0);
    }

    private static long read(Path file) throws IOException {
        String text = Files.readString(file).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("%s should hold the last epoch, a number; it holds '%s'".formatted(file, text), e);
        }
    }

    synchronized long next() throws IOException {
        long next = Math.max(clock.millis(), last + 1);
        if (file != null) {
            Path written = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(written, Long.toString(next));
            Files.move(written, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        last = next;
        return next;
    }
}
