package dev.molink.stagenode.journal;

import dev.molink.proto.node.v1.CounterOpening;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.RequestCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * What the records of a counter journal mean together: the totals, what is counted and in no record of evidence yet, and the
 * records of evidence that no gateway has acknowledged. The same whether the records are written or read again. Changed by
 * one thread; {@link #waiting} may be read by any.
 */
final class CounterState {

    /** Counted before the start: nothing more comes in that epoch. */
    private static final long LONG_AGO = Long.MIN_VALUE;

    /** More than fit into the files of a journal. */
    private static final long DAMAGED_SEQUENCES = 1 << 24;

    private RequestCounts totals = RequestCounts.none("", 0);
    private long lastSequence;
    private final Map<Key, Open> open = new LinkedHashMap<>();
    private final ConcurrentSkipListMap<Long, EvidenceRecord> waiting = new ConcurrentSkipListMap<>();

    private record Key(String requestId, long epoch) {

        static Key of(RequestCounters counters) {
            return new Key(counters.getRequestId(), counters.getEpoch());
        }
    }

    /** Counts that are in no record yet. */
    private static final class Open {

        private final long sinceNanos;
        private long lastNanos;
        private RequestCounters counters;

        Open(RequestCounters counters, long nowNanos) {
            this.counters = counters;
            this.sinceNanos = nowNanos;
            this.lastNanos = nowNanos;
        }

        void add(RequestCounters more, long nowNanos) {
            counters = RequestCounts.of(counters).plus(RequestCounts.of(more)).toMessage().toBuilder()
                    .setPlace(more.getPlace())
                    .setCountedUnixNanos(more.getCountedUnixNanos())
                    .build();
            lastNanos = nowNanos;
        }
    }

    /** As the files in {@code folder} say; none where there is no such folder. */
    static CounterState read(Path folder) throws IOException {
        CounterState state = new CounterState();
        for (Path segment : CounterSegments.in(folder)) {
            JournalContent content = JournalContent.read(segment, JournalFormat.COUNTERS);
            for (JournalEntry entry : content.entries()) {
                state.apply(CounterRecord.of(entry), LONG_AGO);
            }
            if (!content.damages().isEmpty()) {
                state.forgetOpen();
            }
        }
        return state;
    }

    /** What is damaged may have closed any record. Evidence that is sent twice is worse than evidence that is missing. */
    private void forgetOpen() {
        open.clear();
        lastSequence += DAMAGED_SEQUENCES;
    }

    /** @param nowNanos of the clock that {@link #due} is asked by */
    void apply(CounterRecord next, long nowNanos) {
        switch (next) {
            case CounterRecord.Counted counted -> {
                totals = totals.plus(counted.counts());
                count(counted.counters(), nowNanos);
            }
            case CounterRecord.Totals(RequestCounts before) -> begin(before);
            case CounterRecord.Sealed(EvidenceRecord evidence) -> {
                open.remove(new Key(evidence.getRequestId(), evidence.getEpoch()));
                lastSequence = Math.max(lastSequence, evidence.getSequence());
                waiting.put(evidence.getSequence(), evidence);
            }
            case CounterRecord.Acknowledged(List<Long> sequences) -> sequences.forEach(waiting::remove);
            case CounterRecord.Opening(CounterOpening state) -> begin(state, nowNanos);
        }
    }

    private void count(RequestCounters counters, long nowNanos) {
        // Without a place nobody could say what was counted; records of earlier versions have none.
        if (counters.hasPlace()) {
            Open known = open.get(Key.of(counters));
            if (known == null) {
                open.put(Key.of(counters), new Open(counters, nowNanos));
            } else {
                known.add(counters, nowNanos);
            }
        }
    }

    private void begin(RequestCounts before) {
        totals = before;
        open.clear();
        waiting.clear();
    }

    private void begin(CounterOpening state, long nowNanos) {
        begin(RequestCounts.of(state.getTotals()));
        lastSequence = state.getLastSequence();
        state.getOpenList().forEach(counters -> count(counters, nowNanos));
        state.getWaitingList().forEach(evidence -> waiting.put(evidence.getSequence(), evidence));
    }

    RequestCounts totals() {
        return totals;
    }

    boolean hasOpen() {
        return !open.isEmpty();
    }

    /** Evidence that no gateway has acknowledged, oldest first. */
    Collection<EvidenceRecord> waiting() {
        return waiting.values();
    }

    /** Whether a record of this number waits. */
    boolean isWaiting(long sequence) {
        return waiting.containsKey(sequence);
    }

    /** The oldest of the waiting records that are too many when {@code joining} come to them, in their order. */
    List<Long> beyond(int most, List<Long> joining) {
        int excess = Math.max(0, waiting.size() + joining.size() - most);
        return Stream.concat(waiting.keySet().stream(), joining.stream())
                .limit(excess)
                .toList();
    }

    /**
     * The records of evidence to close now: of requests for which nothing was counted since {@code quietSince}, or that were
     * begun before {@code youngest}. The caller writes them and then applies them.
     */
    List<CounterRecord.Sealed> due(long quietSince, long youngest) {
        List<CounterRecord.Sealed> due = new ArrayList<>();
        long sequence = lastSequence;
        for (Open each : open.values()) {
            if (each.lastNanos <= quietSince || each.sinceNanos <= youngest) {
                due.add(new CounterRecord.Sealed(evidence(each.counters, ++sequence)));
            }
        }
        return due;
    }

    private static EvidenceRecord evidence(RequestCounters counters, long sequence) {
        return EvidenceRecord.newBuilder()
                .setRequestId(counters.getRequestId())
                .setEpoch(counters.getEpoch())
                .setSequence(sequence)
                .setPlace(counters.getPlace())
                .setRows(counters.getRows())
                .setCachedTokens(counters.getCachedTokens())
                .setBusyNanos(counters.getBusyNanos())
                .setBytesReceived(counters.getBytesReceived())
                .setBytesSent(counters.getBytesSent())
                .setCountedUnixNanos(counters.getCountedUnixNanos())
                .build();
    }

    CounterRecord.Opening opening() {
        CounterOpening.Builder state = CounterOpening.newBuilder()
                .setTotals(totals.toMessage())
                .setLastSequence(lastSequence)
                .addAllWaiting(waiting.values());
        open.values().forEach(each -> state.addOpen(each.counters));
        return new CounterRecord.Opening(state.build());
    }
}
