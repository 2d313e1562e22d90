package dev.molink.stagenode.journal;

import dev.molink.proto.node.v1.CounterOpening;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the counter journal of a stage holds.
 *
 * @param totals of all requests since the journal was begun, those that {@code requests} no longer has included; its
 *     request id is empty
 * @param requests of the records that are kept, each request once, in the order in which they were first written
 * @param damages sentences that say what cannot be read
 */
public record CounterHistory(RequestCounts totals, List<RequestCounts> requests, List<String> damages) {

    public CounterHistory {
        requests = List.copyOf(requests);
        damages = List.copyOf(damages);
    }

    /** Whether a journal of counters lies in {@code folder}. */
    public static boolean isIn(Path folder) {
        try {
            return !CounterSegments.in(folder).isEmpty();
        } catch (IOException e) {
            // A folder that cannot be read is told by name when it is read.
            return true;
        }
    }

    /**
     * Reads a journal, changing nothing; its stage may be running.
     *
     * @param folder as for {@link CounterJournal#open}
     * @throws IOException if a file cannot be read; the message names it
     */
    public static CounterHistory read(Path folder) throws IOException {
        Reading reading = new Reading();
        List<String> damages = new ArrayList<>();
        for (Path segment : CounterSegments.in(folder)) {
            JournalContent content = JournalContent.read(segment, JournalFormat.COUNTERS);
            for (JournalEntry entry : content.entries()) {
                reading.take(CounterRecord.of(entry));
            }
            content.damages().forEach(damage -> damages.add(damage.toString()));
        }
        for (Path copy : CounterSegments.damagedCopies(folder)) {
            damages.add("%s is the copy of a damaged file; records of it are lost".formatted(copy));
        }
        return new CounterHistory(reading.totals, List.copyOf(reading.requests.values()), damages);
    }

    private static final class Reading {

        private RequestCounts totals = RequestCounts.none("", 0);
        private final Map<String, RequestCounts> requests = new LinkedHashMap<>();

        private void take(CounterRecord next) {
            switch (next) {
                case CounterRecord.Totals(RequestCounts before) -> totals = before;
                case CounterRecord.Opening(CounterOpening state) -> totals = RequestCounts.of(state.getTotals());
                case CounterRecord.Counted counted -> take(counted.counts());
                case CounterRecord.Sealed _, CounterRecord.Acknowledged _ -> {
                    // Says of the same counts how far they are on their way.
                }
            }
        }

        private void take(RequestCounts counts) {
            totals = totals.plus(counts);
            requests.merge(counts.requestId(), counts, RequestCounts::plus);
        }
    }
}
