package dev.molink.stagenode.journal;

import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.RequestCounters;
import dev.molink.proto.node.v1.StagePlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
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
 *
 * <p>No plan tells a stage that it has seen the last of a request for ever, so counts become evidence for gateways when
 * nothing was added to them for {@link #QUIET}, or after {@link #LONGEST_OPEN}: they are closed as one numbered record, and
 * what comes later makes a further one. A record waits here until it is acknowledged; records of a process that was killed
 * are closed by the next one.
 */
public final class CounterJournal implements AutoCloseable {

    /** Requests whose counts may wait for the disk. */
    static final int MAX_WAITING = 65_536;

    /** Records of evidence that may wait for an acknowledgement; beyond it the oldest are given up. */
    static final int MAX_UNACKNOWLEDGED = 16_384;

    static final Duration QUIET = Duration.ofSeconds(2);
    static final Duration LONGEST_OPEN = Duration.ofMinutes(1);

    private static final Duration GATHERING = Duration.ofMillis(100);
    private static final Duration SEALING_CHECK = Duration.ofMillis(500);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(CounterJournal.class);

    private final Limits limits;
    private final InstantSource clock;
    private final StagePlace place;
    private final Thread writer;

    // Owned by the writer thread once it runs.
    private final CounterLog file;
    private final CounterState state;

    // Guarded by this.
    private final Map<Key, RequestCounts> waiting = new LinkedHashMap<>();
    private final List<CompletableFuture<Void>> flushes = new ArrayList<>();
    private final List<Long> acknowledged = new ArrayList<>();
    private boolean failing;
    private boolean overflowing;
    private boolean ending;
    private boolean closed;

    /** How much waits at most, and how long counts are gathered before they become evidence. */
    record Limits(int maxWaiting, int maxUnacknowledged, Duration quiet) {

        static final Limits DEFAULT = new Limits(MAX_WAITING, MAX_UNACKNOWLEDGED, QUIET);
    }

    private record Key(String requestId, long epoch) {

        private static final Key COMMON = new Key("", 0);
    }

    /** What is written at once, and who waits for it. */
    private record Batch(
            Map<Key, RequestCounts> counts, List<Long> acknowledged, List<CompletableFuture<Void>> flushes) {}

    CounterJournal(CounterLog file, CounterState state, StagePlace place, Limits limits, InstantSource clock) {
        this.file = file;
        this.state = state;
        this.place = place;
        this.limits = limits;
        this.clock = clock;
        this.writer = Thread.ofPlatform().name("counter-journal").daemon().unstarted(this::run);
        writer.start();
    }

    /**
     * Opens the journal in a folder of its own, or makes an empty one.
     *
     * @param place of the stage that counts
     * @throws IOException if its files cannot be read or written; the message names the file
     */
    public static CounterJournal open(Path folder, StagePlace place) throws IOException {
        return open(folder, place, Limits.DEFAULT);
    }

    static CounterJournal open(Path folder, StagePlace place, Limits limits) throws IOException {
        // Before the newest file is opened, which mends it.
        CounterState state = CounterState.read(folder);
        CounterSegments segments = CounterSegments.open(folder, CounterSegments.SEGMENT_BYTES);
        return new CounterJournal(segments, state, place, limits, InstantSource.system());
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
        boolean room = waiting.size() < limits.maxWaiting() || waiting.containsKey(key);
        if (!room && !overflowing) {
            overflowing = true;
            log.error(
                    "counts of {} requests wait for the disk; those of further ones go to the totals only",
                    limits.maxWaiting());
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

    /** Makes evidence of all that was counted: nothing more will be. Completes when it is on the disk. */
    public CompletableFuture<Void> endCounting() {
        synchronized (this) {
            ending = true;
        }
        return flush();
    }

    /** Evidence on the disk that no gateway has acknowledged, oldest first; changes while it is read. */
    public Collection<EvidenceRecord> unacknowledged() {
        return state.waiting();
    }

    /** A gateway has these records; numbers that do not wait are ignored. */
    public synchronized void acknowledge(List<Long> sequences) {
        List<Long> known = sequences.stream().filter(state::isWaiting).toList();
        if (!known.isEmpty() && !closed) {
            acknowledged.addAll(known);
            notifyAll();
        }
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
        long checkNanos = System.nanoTime() + SEALING_CHECK.toNanos();
        while (hasNothing() && !closed) {
            if (!state.hasOpen()) {
                wait();
                continue;
            }
            // Time alone can make something due.
            long leftMillis = Duration.ofNanos(checkNanos - System.nanoTime()).toMillis();
            if (leftMillis <= 0) {
                break;
            }
            wait(leftMillis);
        }
        gather();
        if (hasNothing() && closed) {
            return null;
        }
        Batch batch = new Batch(new LinkedHashMap<>(waiting), List.copyOf(acknowledged), List.copyOf(flushes));
        waiting.clear();
        acknowledged.clear();
        flushes.clear();
        return batch;
    }

    private boolean hasNothing() {
        return waiting.isEmpty() && flushes.isEmpty() && acknowledged.isEmpty();
    }

    private void gather() throws InterruptedException {
        if (hasNothing() && !failing) {
            return;
        }
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
            append(counted(batch));
        } catch (IOException e) {
            putBack(batch, e);
            return;
        }
        try {
            append(closing());
        } catch (IOException e) {
            // What is counted is on the disk; its closing comes due again.
            putBack(new Batch(Map.of(), List.of(), batch.flushes()), e);
            return;
        }
        written();
        batch.flushes().forEach(durable -> durable.complete(null));
    }

    private List<CounterRecord> counted(Batch batch) {
        List<CounterRecord> records = new ArrayList<>();
        if (!batch.acknowledged().isEmpty()) {
            records.add(new CounterRecord.Acknowledged(batch.acknowledged()));
        }
        long now = unixNanos();
        batch.counts().values().forEach(each -> records.add(new CounterRecord.Counted(placed(each, now))));
        return records;
    }

    private RequestCounters placed(RequestCounts counts, long now) {
        return counts.toMessage().toBuilder()
                .setPlace(place)
                .setCountedUnixNanos(now)
                .build();
    }

    private long unixNanos() {
        Instant now = clock.instant();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    }

    private List<CounterRecord> closing() {
        long now = System.nanoTime();
        long quietSince = now - limits.quiet().toNanos();
        List<CounterRecord.Sealed> due = isEnding()
                ? state.due(Long.MAX_VALUE, Long.MAX_VALUE)
                : state.due(quietSince, now - LONGEST_OPEN.toNanos());
        List<CounterRecord> records = new ArrayList<>(due);
        List<Long> givenUp = state.beyond(
                limits.maxUnacknowledged(),
                due.stream().map(each -> each.evidence().getSequence()).toList());
        if (!givenUp.isEmpty()) {
            records.add(new CounterRecord.Acknowledged(givenUp));
            log.error(
                    "{} records of evidence wait for a gateway already; the {} oldest are given up, and what their requests cost will be unknown",
                    limits.maxUnacknowledged(),
                    givenUp.size());
        }
        return records;
    }

    private synchronized boolean isEnding() {
        return ending;
    }

    private void append(List<CounterRecord> records) throws IOException {
        if (!records.isEmpty()) {
            file.append(records, state::opening);
            long now = System.nanoTime();
            records.forEach(each -> state.apply(each, now));
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
        acknowledged.addAll(0, batch.acknowledged());
        flushes.addAll(0, batch.flushes());
        if (closed) {
            log.error("counts of {} requests could not be written and are lost", waiting.size());
            waiting.clear();
            acknowledged.clear();
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
