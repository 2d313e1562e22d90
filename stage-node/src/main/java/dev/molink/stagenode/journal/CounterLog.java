package dev.molink.stagenode.journal;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Where a {@link CounterJournal} writes. Owned by its writer thread. */
interface CounterLog extends AutoCloseable {

    /**
     * Writes all and returns when they are on the disk, or throws and has written none.
     *
     * @param state what the records before mean, for a new file to begin with
     */
    void append(List<CounterRecord> records, Supplier<CounterRecord.Opening> state) throws IOException;

    @Override
    void close() throws IOException;
}
