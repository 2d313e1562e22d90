package dev.molink.controlplane.evidence;

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
 * Writes the evidence of many nodes with few transactions: what waits when the last transaction ended goes into the next.
 * One thread owns the writing; any thread may hand in. What cannot be written now is refused: its node sends it again.
 */
public final class EvidenceJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceJournal.class);

    /** Messages of nodes, of at most 256 records each. */
    private static final int MAX_WAITING = 256;

    private static final int MAX_BATCH = 8;
    private static final long IDLE_MILLIS = 200;
    private static final long CLOSE_MILLIS = 5_000;

    private final EvidenceStore store;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread writer;
    private volatile boolean closed;

    private record Entry(List<StageEvidence> records, CompletableFuture<Void> settled) {}

    EvidenceJournal(EvidenceStore store) {
        this.store = store;
        this.writer = Thread.ofPlatform().name("evidence-journal").daemon().start(this::writeUntilClosed);
    }

    /**
     * Hands in what a node sent, without waiting.
     *
     * @return completes on the writer's thread once no repetition is needed: the records are durable, or the database will
     *     never take them, which is logged; exceptionally when the node is to send them again, later
     */
    public CompletableFuture<Void> submit(List<StageEvidence> records) {
        Entry entry = new Entry(List.copyOf(records), new CompletableFuture<>());
        if (closed || !waiting.offer(entry)) {
            entry.settled.completeExceptionally(new RejectedExecutionException(
                    closed
                            ? "the evidence journal is closed"
                            : "%d messages with evidence wait for the database already".formatted(MAX_WAITING)));
        }
        return entry.settled;
    }

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
            store.recordAll(
                    batch.stream().flatMap(entry -> entry.records.stream()).toList());
            batch.forEach(entry -> entry.settled.complete(null));
        } catch (DataIntegrityViolationException refused) {
            batch.forEach(this::writeOneByOne);
        } catch (RuntimeException unreachable) {
            fail(batch, unreachable);
        }
    }

    /** One bad record must not keep the others out, nor come again for ever. */
    private void writeOneByOne(Entry entry) {
        try {
            for (StageEvidence record : entry.records) {
                writeUnlessRefused(record);
            }
            entry.settled.complete(null);
        } catch (RuntimeException unreachable) {
            fail(List.of(entry), unreachable);
        }
    }

    private void writeUnlessRefused(StageEvidence record) {
        try {
            store.recordAll(List.of(record));
        } catch (DataIntegrityViolationException refused) {
            LOG.error(
                    "evidence of node {} for request {} (record {}) is given up, the database does not take it: {}",
                    record.nodeId(),
                    record.requestId(),
                    record.sequence(),
                    NestedExceptionUtils.getMostSpecificCause(refused).getMessage());
        }
    }

    private static void fail(List<Entry> batch, RuntimeException cause) {
        LOG.warn(
                "{} messages with evidence were not written and will come again: {}",
                batch.size(),
                NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
        batch.forEach(entry -> entry.settled.completeExceptionally(cause));
    }
}
