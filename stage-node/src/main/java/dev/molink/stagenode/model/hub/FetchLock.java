package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.hub.HubException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two fetches of one file apart, whether they run in this process or in two. Python's client locks the same file
 * by another system call on Linux and is not kept out; the check of the hash catches what two writers would spoil.
 */
final class FetchLock implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FetchLock.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final FileChannel channel;

    private FetchLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits until the lock is free. */
    static FetchLock acquire(Path file, Duration patience) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                await(file, channel, patience);
            } catch (IOException | HubException e) {
                channel.close();
                throw e;
            }
            return new FetchLock(channel);
        } catch (IOException e) {
            throw HubCache.unusable(file, e);
        }
    }

    private static void await(Path file, FileChannel channel, Duration patience) throws IOException {
        long start = System.nanoTime();
        boolean told = false;
        while (!tryLock(channel)) {
            if (!told) {
                log.info("Waiting for another fetch of the same file, which holds {}", file);
                told = true;
            }
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new HubException(
                        Reason.LOCAL,
                        "another process has held %s for %d s; end it or delete the file"
                                .formatted(file, patience.toSeconds()));
            }
            pause(POLL);
        }
    }

    /** The lock lives as long as the channel. */
    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false; // held by another thread of this process
        }
    }

    /** Sleeps; an interrupt ends the fetch. */
    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException(Reason.LOCAL, "interrupted while fetching", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("A lock file could not be closed: {}", e.getMessage());
        }
    }
}
