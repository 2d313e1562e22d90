package dev.molink.controlplane.usage;

import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.journal.JournalQueue;
import dev.molink.controlplane.storage.DatabaseOutage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Makes the records of many requests durable with few writes: what waits when the last write ended goes into the next. They
 * go into the database; while that does not answer, they go into a journal on the local disk, and from there into the
 * database in their order as soon as it answers again. While the journal holds any, new records queue behind them.
 *
 * <p>Two threads: one owns the journal and decides, the other waits for the database, which may be longer than anybody else
 * should. A batch that the database has not confirmed in time is written to the journal although it may still be committed:
 * records are known by their request ids, so the second writing changes nothing. For the same reason a kill between a commit
 * and the removal from the journal is harmless.
 */
public final class UsageJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UsageJournal.class);
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_BATCH = 256;
    private static final int REPLAY_BATCH = 512;
    private static final long IDLE_MILLIS = 50;
    /**
     * The least from one write to the next. A transaction costs as much as some ten of its records, and nobody waits for it:
     * the first record after a pause is written at once, and what comes during the pace goes together.
     */
    private static final Duration PACE = Duration.ofMillis(25);

    private static final long CLOSE_MILLIS = 10_000;
    /** How long a batch may wait for the database before it goes to the journal. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** How long a journal that cannot be written down, or a database that does not answer, is left alone. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Writing store;
    private final JournalFolder folder;
    private final JournalQueue journal;
    private final List<UsageListener> listeners;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final ExecutorService database = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("usage-database").daemon().factory());
    private final Thread writer;
    private volatile boolean closed;

    // Owned by the writer.
    private @Nullable Future<?> unanswered;
    private long retryAtNanos = System.nanoTime();

    private long writtenNanos = System.nanoTime();

    /** How records get into the database: {@link UsageStore#recordAll}. */
    interface Writing {

        List<Boolean> recordAll(List<UsageRecord> records);
    }

    private record Entry(UsageRecord record, CompletableFuture<Void> durable) {}

    UsageJournal(Writing store, JournalFolder folder, List<UsageListener> listeners) {
        this.store = store;
        this.folder = folder;
        this.journal = folder.usage();
        this.listeners = List.copyOf(listeners);
        this.writer = Thread.ofPlatform().name("usage-journal").daemon().start(this::writeUntilClosed);
    }

    /**
     * Hands in a record without waiting.
     *
     * @return completes on the writer's thread once the record is durable: in the database, in the journal, or, where the
     *     database refuses its values, among what is set aside for an operator; exceptionally when none of them could be
     *     written, and with {@link RejectedExecutionException} when too many wait. After a failure the caller hands it in
     *     again, later
     */
    public CompletableFuture<Void> submit(UsageRecord record) {
        Entry entry = new Entry(record, new CompletableFuture<>());
        if (closed || !waiting.offer(entry)) {
            entry.durable.completeExceptionally(new RejectedExecutionException(
                    closed
                            ? "the usage journal is closed"
                            : "%d usage records wait to be written already".formatted(MAX_WAITING)));
        } else if (closed && waiting.remove(entry)) {
            entry.durable.completeExceptionally(new RejectedExecutionException("the usage journal is closed"));
        }
        return entry.durable;
    }

    /** Makes durable what waits, in the database or the journal, for ten seconds at most. */
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        database.shutdownNow();
    }

    private void writeUntilClosed() {
        while (!closed || !waiting.isEmpty()) {
            try {
                Entry first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    keepPace();
                    write(batch(first));
                }
                replay();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException unforeseen) {
                LOG.error("writing usage records failed and goes on", unforeseen);
            }
        }
    }

    private void keepPace() throws InterruptedException {
        long early = writtenNanos + PACE.toNanos() - System.nanoTime();
        if (early > 0 && !closed) {
            TimeUnit.NANOSECONDS.sleep(early);
        }
        writtenNanos = System.nanoTime();
    }

    private List<Entry> batch(Entry first) {
        List<Entry> batch = new ArrayList<>();
        batch.add(first);
        waiting.drainTo(batch, MAX_BATCH - 1);
        return batch;
    }

    private void write(List<Entry> batch) throws InterruptedException {
        if (!journal.isEmpty() || isAway()) {
            keep(batch);
            return;
        }
        RuntimeException failure = store(records(batch));
        if (failure == null) {
            batch.forEach(entry -> entry.durable.complete(null));
        } else if (DatabaseOutage.isOne(failure)) {
            LOG.warn(
                    "the database does not take usage records, they go to the journal: {}",
                    NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
            keep(batch);
        } else if (batch.size() == 1) {
            writeOnceMore(batch.getFirst(), failure);
        } else {
            // one bad record must not keep the others out
            for (Entry entry : batch) {
                write(List.of(entry));
            }
        }
    }

    private static List<UsageRecord> records(List<Entry> batch) {
        return batch.stream().map(Entry::record).toList();
    }

    /** Another gateway may have written the same row of a book at the same moment: then the second try sees that row. */
    private void writeOnceMore(Entry entry, RuntimeException first) throws InterruptedException {
        RuntimeException failure =
                first instanceof DataIntegrityViolationException ? store(List.of(entry.record)) : first;
        if (failure == null) {
            entry.durable.complete(null);
        } else if (DatabaseOutage.isOne(failure)) {
            keep(List.of(entry));
        } else if (failure instanceof DataIntegrityViolationException) {
            refuse(entry, failure);
        } else {
            LOG.error("{}: writing the usage record failed", entry.record.requestId(), failure);
            entry.durable.completeExceptionally(failure);
        }
    }

    private void refuse(Entry entry, RuntimeException cause) {
        try {
            setAside(entry.record, UsageText.bytes(entry.record), cause);
            entry.durable.complete(null);
        } catch (IOException full) {
            folder.failed(full);
            entry.durable.completeExceptionally(full);
        }
    }

    private void setAside(UsageRecord record, byte[] bytes, RuntimeException cause) throws IOException {
        LOG.error(
                "the database refuses the usage record of request {}, it is set aside in refused-*.journal: {}",
                record.requestId(),
                NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
        folder.refused().append(List.of(bytes));
    }

    private void keep(List<Entry> batch) {
        try {
            journal.append(records(batch).stream().map(UsageText::bytes).toList());
            batch.forEach(entry -> entry.durable.complete(null));
        } catch (IOException full) {
            folder.failed(full);
            batch.forEach(entry -> entry.durable.completeExceptionally(full));
        }
    }

    /** Moves a batch from the journal into the database; nothing while that does not answer. */
    private void replay() throws InterruptedException {
        if (journal.isEmpty() || isAway()) {
            return;
        }
        try {
            List<byte[]> oldest = journal.peek(REPLAY_BATCH);
            RuntimeException failure = store(UsageText.records(oldest));
            if (failure == null) {
                remove(oldest.size());
            } else if (!DatabaseOutage.isOne(failure)) {
                replaySingly(oldest);
            }
        } catch (IOException unreadable) {
            LOG.error("the usage journal cannot be read: {}", unreadable.getMessage());
            leaveAlone();
        }
    }

    /** What the database refuses for good is set aside, so that it keeps no other out. */
    private void replaySingly(List<byte[]> oldest) throws InterruptedException, IOException {
        for (byte[] bytes : oldest) {
            UsageRecord record = UsageText.record(bytes);
            RuntimeException failure = store(List.of(record));
            if (failure != null && DatabaseOutage.isOne(failure)) {
                return;
            }
            if (failure != null) {
                setAside(record, bytes, failure);
            }
            remove(1);
        }
    }

    private void remove(int count) throws IOException {
        journal.remove(count);
        if (journal.isEmpty()) {
            LOG.info("the database has all usage records of the journal");
        }
    }

    /** @return null when the records are in the database; else why not */
    private @Nullable RuntimeException store(List<UsageRecord> records) throws InterruptedException {
        Future<?> answer = database.submit(() -> commit(records));
        try {
            answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (TimeoutException late) {
            unanswered = answer;
            leaveAlone();
            return new DatabaseOutage("the database did not answer within %s".formatted(PATIENCE));
        } catch (ExecutionException failed) {
            RuntimeException cause = failed.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("writing usage records failed", failed.getCause());
            if (DatabaseOutage.isOne(cause)) {
                leaveAlone();
            }
            return cause;
        }
    }

    private void commit(List<UsageRecord> records) {
        FailPoint.pass("usage.before-commit");
        List<Boolean> changed = store.recordAll(records);
        FailPoint.pass("usage.after-commit");
        for (int i = 0; i < records.size(); i++) {
            if (changed.get(i)) {
                UsageRecord stored = records.get(i);
                listeners.forEach(listener -> listener.stored(stored));
            }
        }
    }

    private void leaveAlone() {
        retryAtNanos = System.nanoTime() + RETRY.toNanos();
    }

    private boolean isAway() {
        Future<?> asked = unanswered;
        if (asked != null && asked.isDone()) {
            unanswered = null;
        }
        return unanswered != null || System.nanoTime() - retryAtNanos < 0;
    }
}
