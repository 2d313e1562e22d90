package dev.molink.stagenode.journal;

import java.io.IOException;
import java.util.Collection;

/** Where a {@link CounterJournal} writes. Owned by its writer thread. */
interface CounterLog extends AutoCloseable {

    /** Writes all and returns when they are on the disk, or throws and has written none. */
    void append(Collection<RequestCounts> counts) throws IOException;

    @Override
    void close() throws IOException;
}
