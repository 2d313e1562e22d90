package dev.molink.gateway.generation;

import dev.molink.proto.node.v1.Priority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a request wants its turn.
 *
 * @param tierNamed whether the request names a service tier, so that the answer does as well
 * @param timeout from arrival to the last id; null: none
 * @param queueTimeout from arrival to admission; null: the gateway's own
 */
record Schedule(
        Priority priority,
        boolean tierNamed,
        @Nullable Duration timeout,
        @Nullable Duration queueTimeout) {

    /** There is one tier for those who wait, whatever it is called, and one for those who need not. */
    String servedTier() {
        return priority == Priority.PRIORITY_BATCH ? "flex" : "default";
    }
}
