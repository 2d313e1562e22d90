package dev.molink.stagenode.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stage counts, on disk: the evidence that bills are proved against. Records are differences, so those of one
 * request add up; a kill loses what was counted in the last moment and nothing that was written.
 *
 * <p>One thread writes. It gathers for a tenth of a second, writes all that came and forces it to the disk once. Nobody
 * who counts waits for the disk: while it refuses or stalls, counts of the same request are added up in memory. When so
 * many requests wait that there is no room for another, its counts go to one common record with an empty request id, and
 * the log says so: the totals stay exact, only the request is no longer told.
 */
public final class CounterJournal implements AutoCloseable {

    /** Requests whose counts may wait for the disk. */
    static final int MAX_WAITING = 65_536;

    private static final Duration GATHERING = Duration.ofMillis(100);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(CounterJournal.class);

    private final int maxWaiting;
    private final Thread writer;

    /** Owned by the writer thread once it runs. */
    private final CounterLog file;

    // Guarded by this.
    private final Map<Key, RequestCounts> waiting = new LinkedHashMap<>();
    private final List<CompletableFuture<Void>> flushes = new ArrayList<>();
    private boolean failing;
    private boolean overflowing;
    private boolean closed;

    private record Key(String requestId, long epoch) {

        private static final Key COMMON = new Key("", 0);
    }

    /** What is written at once, and who waits for it. */
    private record Batch(Map<Key, RequestCounts> counts, List<CompletableFuture<Void>> flushes) {}

    CounterJournal(CounterLog file, int maxWaiting) {
        this.file = file;
        this.maxWaiting = maxWaiting;
        this.writer = Thread.ofPlatform().name("counter-journal").daemon().unstarted(this::run);
        writer.start();
    }

    /**
     * Opens the journal in a folder of its own, or makes an empty one.
     *
     * @throws IOException if its files cannot be read or written; the message names the file
     */
    public static CounterJournal open(Path folder) throws IOException {
        return new CounterJournal(CounterSegments.open(folder, CounterSegments.SEGMENT_BYTES), MAX_WAITING);
    }

    /** Takes what was done for a request since its counts were last taken. Never waits for the disk. */
    public synchronized void add(RequestCounts counts) {
        if (closed) {
            log.warn("counts of request {} came after the counter journal was closed", counts.requestId());
            return;
        }
        put(new Key(counts.requestId(), counts.epoch()), counts);
        notifyAll();
    }

    private void put(Key key, RequestCounts counts) {
        boolean room = waiting.size() < maxWaiting || waiting.containsKey(key);
        if (!room && !overflowing) {
            overflowing = true;
            log.error(
                    "counts of {} requests wait for the disk; those of further ones go to the totals only", maxWaiting);
        }
        RequestCounts named = room ? counts : RequestCounts.none("", 0).plus(counts);
        waiting.merge(room ? key : Key.COMMON, named, RequestCounts::plus);
    }

    /** Completes when all counts that were added before are on the disk; fails when the journal closes before. */
    public synchronized CompletableFuture<Void> flush() {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        if (closed) {
            durable.completeExceptionally(new IOException("the counter journal is closed"));
        } else {
            flushes.add(durable);
            notifyAll();
        }
        return durable;
    }

    private void run() {
        try {
            for (Batch batch = take(); batch != null; batch = take()) {
                write(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fail();
    }

    /** What came until a little after the first of it; null when the journal is closed and nothing waits. */
    private synchronized @Nullable Batch take() throws InterruptedException {
        while (waiting.isEmpty() && flushes.isEmpty() && !closed) {
            wait();
        }
        gather();
        if (waiting.isEmpty() && flushes.isEmpty()) {
            return null;
        }
        Batch batch = new Batch(new LinkedHashMap<>(waiting), List.copyOf(flushes));
        waiting.clear();
        flushes.clear();
        return batch;
    }

    private void gather() throws InterruptedException {
        long endNanos = System.nanoTime() + (failing ? RETRY_PAUSE : GATHERING).toNanos();
        while ((flushes.isEmpty() || failing) && !closed) {
            long leftMillis = Duration.ofNanos(endNanos - System.nanoTime()).toMillis();
            if (leftMillis <= 0) {
                return;
            }
            wait(leftMillis);
        }
    }

    private void write(Batch batch) {
        try {
            if (!batch.counts().isEmpty()) {
                file.append(batch.counts().values());
            }
            written();
            batch.flushes().forEach(durable -> durable.complete(null));
        } catch (IOException e) {
            putBack(batch, e);
        }
    }

    private synchronized void written() {
        if (failing) {
            log.info("the counter journal works again");
        }
        failing = false;
        overflowing = false;
    }

    private synchronized void putBack(Batch batch, IOException cause) {
        if (!failing) {
            log.error("cannot write the counter journal; counts wait in memory until it works again", cause);
        }
        failing = true;
        Map<Key, RequestCounts> later = new LinkedHashMap<>(waiting);
        waiting.clear();
        waiting.putAll(batch.counts());
        later.forEach(this::put);
        flushes.addAll(0, batch.flushes());
        if (closed) {
            log.error("counts of {} requests could not be written and are lost", waiting.size());
            waiting.clear();
            fail();
        }
    }

    private synchronized void fail() {
        IOException failure = new IOException("the counter journal was closed before the counts were on the disk");
        flushes.forEach(durable -> durable.completeExceptionally(failure));
        flushes.clear();
    }

    /** Writes what waits and closes the file. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            if (!writer.join(CLOSE_PATIENCE)) {
                log.error(
                        "the disk did not take the counter journal's last counts within {} s",
                        CLOSE_PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
