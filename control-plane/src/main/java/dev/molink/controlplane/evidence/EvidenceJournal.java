package dev.molink.controlplane.evidence;

import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.storage.DatabaseOutage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Writes the evidence of many nodes with few transactions: what waits when the last transaction ended goes into the next.
 * One thread owns the writing; any thread may hand in. What cannot be written now is refused: its node sends it again. What
 * the database refuses for good is set aside on the local disk, for an operator.
 */
public final class EvidenceJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceJournal.class);

    /** Messages of nodes, of at most 256 records each. */
    private static final int MAX_WAITING = 256;

    private static final int MAX_BATCH = 8;
    private static final long IDLE_MILLIS = 200;
    private static final long CLOSE_MILLIS = 5_000;

    private final Writing store;
    private final JournalFolder folder;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread writer;
    private volatile boolean closed;

    /** How records get into the database: {@link EvidenceStore#recordAll}. */
    interface Writing {

        void recordAll(List<StageEvidence> records);
    }

    private record Entry(
            List<StageEvidence> records, List<ImpossibleEvidence> impossible, CompletableFuture<Void> settled) {}

    EvidenceJournal(Writing store, JournalFolder folder) {
        this.store = store;
        this.folder = folder;
        this.writer = Thread.ofPlatform().name("evidence-journal").daemon().start(this::writeUntilClosed);
    }

    public CompletableFuture<Void> submit(List<StageEvidence> records) {
        return submit(records, List.of());
    }

    /**
     * Hands in what a node sent, without waiting.
     *
     * @param impossible what it sent that cannot be a record; it is set aside
     * @return completes on the writer's thread once no repetition is needed: the records are in the database, or, where that
     *     will never take them, among what is set aside for an operator; exceptionally when the node is to send them again,
     *     later
     */
    public CompletableFuture<Void> submit(List<StageEvidence> records, List<ImpossibleEvidence> impossible) {
        Entry entry = new Entry(List.copyOf(records), List.copyOf(impossible), new CompletableFuture<>());
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
            batch.forEach(entry -> settle(entry, Map.of()));
        } catch (RuntimeException failure) {
            if (DatabaseOutage.isOne(failure)) {
                fail(batch, failure);
            } else {
                batch.forEach(this::writeOneByOne);
            }
        }
    }

    /** One bad record must not keep the others out, nor come again for ever. */
    private void writeOneByOne(Entry entry) {
        Map<StageEvidence, RuntimeException> refused = new LinkedHashMap<>();
        try {
            for (StageEvidence record : entry.records) {
                try {
                    store.recordAll(List.of(record));
                } catch (DataIntegrityViolationException forGood) {
                    refused.put(record, forGood);
                }
            }
        } catch (RuntimeException failure) {
            // the whole message comes again: nothing of it is set aside yet, or it would be twice
            fail(List.of(entry), failure);
            return;
        }
        settle(entry, refused);
    }

    private void settle(Entry entry, Map<StageEvidence, RuntimeException> refused) {
        try {
            setAside(entry.impossible, refused);
            entry.settled.complete(null);
        } catch (IOException full) {
            folder.failed(full);
            entry.settled.completeExceptionally(full);
        }
    }

    /** All at once, or some might be there twice. */
    private void setAside(List<ImpossibleEvidence> impossible, Map<StageEvidence, RuntimeException> refused)
            throws IOException {
        List<byte[]> all = Stream.concat(
                        impossible.stream().map(EvidenceText::bytes),
                        refused.keySet().stream().map(EvidenceText::bytes))
                .toList();
        if (all.isEmpty()) {
            return;
        }
        folder.refusedEvidence().append(all);
        impossible.forEach(each -> LOG.error(
                "evidence of node {} for request {} cannot be true, it is set aside in {}: {}",
                each.nodeId(),
                each.requestId(),
                folder.refusedEvidence().files(),
                each.reason()));
        refused.forEach((record, cause) -> LOG.error(
                "the database refuses the evidence of node {} for request {} (record {}), it is set aside in {}: {}",
                record.nodeId(),
                record.requestId(),
                record.sequence(),
                folder.refusedEvidence().files(),
                NestedExceptionUtils.getMostSpecificCause(cause).getMessage()));
    }

    private static void fail(List<Entry> batch, RuntimeException cause) {
        LOG.warn(
                "{} messages with evidence were not written and will come again: {}",
                batch.size(),
                NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
        batch.forEach(entry -> entry.settled.completeExceptionally(cause));
    }
}
