package dev.molink.stagenode.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** What a node keeps over restarts: its id, its epochs, its reports. One process at a time. */
final class DataFolder implements AutoCloseable {

    private final Path folder;
    private final FileChannel lock;

    private DataFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** @throws IOException if it cannot be used, or another process uses it; the message names it */
    static DataFolder open(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!lock(channel)) {
            channel.close();
            throw new IOException(
                    "another stage uses the data folder %s; give this one its own with --data".formatted(folder));
        }
        return new DataFolder(folder, channel);
    }

    /** The operating system drops the lock when the process ends, however it ends. */
    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Random, and the same for as long as the folder lives. */
    String nodeId() throws IOException {
        Path file = folder.resolve("node-id");
        // A kill during the first write leaves the file empty.
        if (!Files.exists(file) || Files.readString(file).isBlank()) {
            Files.writeString(file, UUID.randomUUID().toString().substring(0, 13) + "\n");
        }
        return Files.readString(file).strip();
    }

    Path epochs() {
        return folder.resolve("epoch");
    }

    /** A folder of its own. */
    Path counters() {
        return folder.resolve("counters");
    }

    Path reports() {
        return folder.resolve("reports.journal");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
