package dev.molink.controlplane.journal;

import dev.molink.controlplane.RepeatedTask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journals of one gateway, and whether there is room for more requests. One process has the folder at a time; its lock
 * ends with the process, however that ends.
 */
public final class JournalFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JournalFolder.class);
    private static final int PROBE_BYTES = 64 << 10;
    private static final Duration WATCH = Duration.ofMillis(200);

    private final Path folder;
    private final JournalSettings settings;
    private final FileChannel lock;
    private final JournalQueue usage;
    private final JournalQueue refused;
    private final JournalQueue refusedEvidence;
    private final RequestJournal requests;
    private @Nullable RepeatedTask watch;
    private volatile @Nullable String failure;
    private volatile @Nullable String refusal;

    private JournalFolder(Path folder, JournalSettings settings, FileChannel lock) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.lock = lock;
        this.usage = JournalQueue.open(folder, "usage", JournalQueue.FILE_BYTES);
        this.refused = JournalQueue.open(folder, "refused", JournalQueue.FILE_BYTES);
        this.refusedEvidence = JournalQueue.open(folder, "refused-evidence", JournalQueue.FILE_BYTES);
        if (!usage.isEmpty()) {
            LOG.warn("{} usage records of an earlier process wait in {} for the database", usage.waiting(), folder);
        }
        this.requests = RequestJournal.open(folder.resolve("requests.journal"), RequestJournal.FILE_BYTES);
    }

    /** @throws IOException if another process has the folder, or it cannot be written; the message names it */
    public static JournalFolder open(Path folder, JournalSettings settings) throws IOException {
        Files.createDirectories(folder);
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!take(lock)) {
                throw new IOException("the journals in %s belong to another process; give each gateway its own --data"
                        .formatted(folder));
            }
            return new JournalFolder(folder, settings, lock);
        } catch (IOException failed) {
            lock.close();
            throw failed;
        }
    }

    /** Looks again and again whether there is room, from now on. */
    public void start() {
        watch = new RepeatedTask("journal-watch", WATCH, this::watch);
    }

    private static boolean take(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException thisProcess) {
            return false;
        }
    }

    /** Usage records that the database has not taken yet. */
    public JournalQueue usage() {
        return usage;
    }

    /** Usage records that the database refused for good; an operator has to look at them. */
    public JournalQueue refused() {
        return refused;
    }

    /** Evidence of stages that the database refused for good; an operator has to look at it. */
    public JournalQueue refusedEvidence() {
        return refusedEvidence;
    }

    public RequestJournal requests() {
        return requests;
    }

    /** Why no new request may begin, as a sentence for operators; empty while there is room. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** A journal could not be written: no new request begins until the disk takes something again. */
    public void failed(IOException cause) {
        if (failure == null) {
            LOG.error("cannot write the journals in {}; no new request is taken until it works again", folder, cause);
        }
        failure = "The journals in %s cannot be written: %s".formatted(folder, cause.getMessage());
        refusal = failure;
    }

    /** Looks once. */
    void watch() {
        requests.force();
        if (failure != null && probe()) {
            LOG.info("the journals in {} can be written again", folder);
            failure = null;
        }
        String now = shortage();
        if (now != null && refusal == null) {
            LOG.error("{} No new request is taken.", now);
        }
        refusal = now;
    }

    private @Nullable String shortage() {
        if (failure != null) {
            return failure;
        }
        if (usage.bytes() >= settings.maxSize().toBytes()) {
            return "The usage journal holds %d bytes, of %d that molink.journal.max-size allows: the database does not take its records."
                    .formatted(usage.bytes(), settings.maxSize().toBytes());
        }
        long free = folder.toFile().getUsableSpace();
        return free < settings.minFree().toBytes()
                ? "The disk of %s has %d bytes left, less than the %d of molink.journal.min-free."
                        .formatted(folder, free, settings.minFree().toBytes())
                : null;
    }

    private boolean probe() {
        Path file = folder.resolve("probe");
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer bytes = ByteBuffer.allocate(PROBE_BYTES);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            return true;
        } catch (IOException stillFull) {
            failure = "The journals in %s cannot be written: %s".formatted(folder, stillFull.getMessage());
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (watch != null) {
            watch.close();
        }
        usage.close();
        refused.close();
        refusedEvidence.close();
        requests.close();
        lock.close();
    }
}
