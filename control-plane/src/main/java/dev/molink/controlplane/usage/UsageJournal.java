package dev.molink.controlplane.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Writes the records of many requests with few transactions: what waits when the last transaction ended goes into the next.
 * One thread owns the writing; any thread may hand in.
 */
public final class UsageJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UsageJournal.class);
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_BATCH = 256;
    private static final long IDLE_MILLIS = 200;
    private static final long CLOSE_MILLIS = 10_000;

    private final UsageStore store;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread writer;
    private volatile boolean closed;

    private record Entry(UsageRecord record, CompletableFuture<Boolean> written) {}

    UsageJournal(UsageStore store) {
        this.store = store;
        this.writer = Thread.ofPlatform().name("usage-journal").daemon().start(this::writeUntilClosed);
    }

    /**
     * Hands in a record without waiting.
     *
     * @return completes on the writer's thread once the record is durable, with false when it was a duplicate and nothing
     *     changed; exceptionally when the database refused it or could not be reached, and with {@link
     *     RejectedExecutionException} when too many wait. After a failure the caller hands it in again, later
     */
    public CompletableFuture<Boolean> submit(UsageRecord record) {
        Entry entry = new Entry(record, new CompletableFuture<>());
        if (closed || !waiting.offer(entry)) {
            entry.written.completeExceptionally(new RejectedExecutionException(
                    closed
                            ? "the usage journal is closed"
                            : "%d usage records wait for the database already".formatted(MAX_WAITING)));
        } else if (closed && waiting.remove(entry)) {
            entry.written.completeExceptionally(new RejectedExecutionException("the usage journal is closed"));
        }
        return entry.written;
    }

    /** Writes what waits, for ten seconds at most. */
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilClosed() {
        while (!closed || !waiting.isEmpty()) {
            try {
                Entry first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    write(batch(first));
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private List<Entry> batch(Entry first) {
        List<Entry> batch = new ArrayList<>();
        batch.add(first);
        waiting.drainTo(batch, MAX_BATCH - 1);
        return batch;
    }

    private void write(List<Entry> batch) {
        try {
            List<Boolean> changed =
                    store.recordAll(batch.stream().map(Entry::record).toList());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).written.complete(changed.get(i));
            }
        } catch (DataIntegrityViolationException refused) {
            // one bad record must not keep the others out
            if (batch.size() == 1) {
                fail(batch, refused);
            } else {
                batch.forEach(entry -> write(List.of(entry)));
            }
        } catch (RuntimeException unreachable) {
            fail(batch, unreachable);
        }
    }

    private static void fail(List<Entry> batch, RuntimeException cause) {
        LOG.error(
                "{} usage records were not written, the first of request {}: {}",
                batch.size(),
                batch.getFirst().record.requestId(),
                NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
        batch.forEach(entry -> entry.written.completeExceptionally(cause));
    }
}
