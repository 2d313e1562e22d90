package dev.molink.controlplane.reconciliation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of the books.
 *
 * @param from requests that finished then or later …
 * @param until … and before then
 * @param requestedBy {@code system} at night, else the account or admin key
 * @param requests that were compared; 0 until it is finished, as the next two
 * @param differences must be 0
 * @param openItems what may still arrive
 * @param failure why it failed; null unless it did
 */
public record ReconciliationRun(
        String runId,
        Instant from,
        Instant until,
        String requestedBy,
        State state,
        Instant startedAt,
        @Nullable Instant finishedAt,
        long requests,
        long differences,
        long openItems,
        @Nullable String failure) {

    /** How far a comparison is. */
    public enum State {
        RUNNING,
        FINISHED,
        FAILED
    }
}
