package dev.molink.stagenode.journal;

import java.io.IOException;

/** One entry of the counter journal. */
sealed interface CounterRecord {

    JournalEntry entry();

    /** What was done for a request since its record before. */
    record Counted(RequestCounts counts) implements CounterRecord {

        static final byte KIND = 1;

        @Override
        public JournalEntry entry() {
            return new JournalEntry(KIND, counts.toBytes());
        }
    }

    /** The sum of all records before this one, those of files that are gone included. */
    record Totals(RequestCounts counts) implements CounterRecord {

        static final byte KIND = 2;

        @Override
        public JournalEntry entry() {
            return new JournalEntry(KIND, counts.toBytes());
        }
    }

    /** @throws IOException if a later version of the program wrote the entry */
    static CounterRecord of(JournalEntry entry) throws IOException {
        return switch (entry.kind()) {
            case Counted.KIND -> new Counted(RequestCounts.of(entry.body()));
            case Totals.KIND -> new Totals(RequestCounts.of(entry.body()));
            default ->
                throw new IOException(
                        "the counter journal holds a record (%s) of a later version; start that one".formatted(entry));
        };
    }
}
