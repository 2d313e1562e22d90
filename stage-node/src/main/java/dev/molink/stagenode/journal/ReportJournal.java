package dev.molink.stagenode.journal;

import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.journal.JournalRecord.Acknowledged;
import dev.molink.stagenode.journal.JournalRecord.Reported;
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
 * Final reports that no gateway has acknowledged yet, on disk and in memory.
 *
 * <p>One thread writes. It takes everything that waits, writes it, forces it to the disk once (group commit), and only
 * then completes the futures, so a report that was sent is never lost. An acknowledgement need not be durable: a report
 * that comes back after a kill is sent again, and its receiver knows it by its request id.
 *
 * <p>When the disk refuses, reports stay in memory and their futures complete all the same, because a report that is
 * delivered without a safety copy is better than none; {@link #hasRoom} answers no until a write succeeds again, so
 * that the head takes no new requests meanwhile.
 */
public final class ReportJournal implements AutoCloseable {

    /** Most reports that may wait for an acknowledgement before the head takes no more requests. */
    public static final int MAX_UNACKNOWLEDGED = 16_384;

    /** Below this length compacting is not worth a rewrite. */
    private static final long COMPACTION_BYTES = 1 << 20;

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(ReportJournal.class);

    private final long compactionBytes;
    private final Thread writer;

    /** Owned by the writer thread once it runs. */
    private final JournalFile file;

    // Guarded by this.
    private final Map<String, RequestReport> unacknowledged = new LinkedHashMap<>();
    private final List<Entry> waiting = new ArrayList<>();
    private boolean failing;
    private boolean closed;

    private record Entry(JournalRecord written, CompletableFuture<Void> durable) {}

    private ReportJournal(JournalFile.Opened opened, long compactionBytes) throws IOException {
        this.file = opened.file();
        this.compactionBytes = compactionBytes;
        for (JournalEntry entry : opened.entries()) {
            apply(JournalRecord.of(entry));
        }
        this.writer = Thread.ofPlatform().name("report-journal").daemon().unstarted(this::run);
    }

    /**
     * Opens the journal, or makes an empty one.
     *
     * @throws IOException if the file cannot be read or is not a journal; the message names it
     */
    public static ReportJournal open(Path path) throws IOException {
        return open(path, COMPACTION_BYTES);
    }

    static ReportJournal open(Path path, long compactionBytes) throws IOException {
        ReportJournal journal = new ReportJournal(JournalFile.open(path, JournalFormat.REPORTS), compactionBytes);
        journal.writer.start();
        return journal;
    }

    /** Takes a report; the future completes when it may be sent. A second report of one request changes nothing. */
    public synchronized CompletableFuture<Void> append(RequestReport report) {
        if (unacknowledged.putIfAbsent(report.getRequestId(), report) != null || closed) {
            return CompletableFuture.completedFuture(null);
        }
        return enqueue(new Reported(report));
    }

    /** Forgets a report that a gateway has taken over; unknown ids are ignored. */
    public synchronized void acknowledge(String requestId) {
        if (unacknowledged.remove(requestId) != null && !closed) {
            CompletableFuture<Void> _ = enqueue(new Acknowledged(requestId));
        }
    }

    /** Reports that no gateway has acknowledged, oldest first. */
    public synchronized List<RequestReport> unacknowledged() {
        return List.copyOf(unacknowledged.values());
    }

    /** Whether the reports of {@code running} requests would still find a safe place. */
    public synchronized boolean hasRoom(int running) {
        return !failing && unacknowledged.size() + running < MAX_UNACKNOWLEDGED;
    }

    private CompletableFuture<Void> enqueue(JournalRecord next) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        waiting.add(new Entry(next, durable));
        notifyAll();
        return durable;
    }

    private void apply(JournalRecord read) {
        switch (read) {
            case Reported reported -> unacknowledged.putIfAbsent(reported.requestId(), reported.report());
            case Acknowledged acknowledged -> unacknowledged.remove(acknowledged.requestId());
        }
    }

    private void run() {
        for (List<Entry> batch = take(); batch != null; batch = take()) {
            write(batch);
            batch.forEach(entry -> entry.durable().complete(null));
        }
    }

    /** Everything that waits; null when the journal is closed and nothing is left. */
    private synchronized @Nullable List<Entry> take() {
        while (waiting.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        if (waiting.isEmpty()) {
            return null;
        }
        List<Entry> batch = List.copyOf(waiting);
        waiting.clear();
        return batch;
    }

    private void write(List<Entry> batch) {
        try {
            if (needsRewrite()) {
                file.rewrite(remaining());
            } else {
                file.append(batch.stream().map(entry -> entry.written().entry()).toList());
            }
            report(null);
        } catch (IOException e) {
            report(e);
        }
    }

    /** After a failed write the file may lack reports that memory has; a rewrite brings them back. */
    private synchronized boolean needsRewrite() {
        return failing || (file.length() > compactionBytes && unacknowledgedBytes() < file.length() / 2);
    }

    private long unacknowledgedBytes() {
        return unacknowledged.values().stream()
                .mapToLong(RequestReport::getSerializedSize)
                .sum();
    }

    private synchronized List<JournalEntry> remaining() {
        return unacknowledged.values().stream()
                .map(report -> new Reported(report).entry())
                .toList();
    }

    private synchronized void report(@Nullable IOException failure) {
        if (failure != null && !failing) {
            log.error("cannot write the report journal, taking no more requests until it works again", failure);
        } else if (failure == null && failing) {
            log.info("the report journal works again, {} reports are in it", unacknowledged.size());
        }
        failing = failure != null;
    }

    /** Writes what waits and closes the file. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            writer.join(CLOSE_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
