package dev.molink.gateway.generation;

import dev.molink.proto.node.v1.Priority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a request wants its turn.
 *
 * @param tier the service tier that the answer names, in OpenAI's words; null where the request names none
 * @param timeout from arrival to the last id; null: none
 * @param queueTimeout from arrival to admission; null: the gateway's own
 */
record Schedule(
        Priority priority,
        @Nullable String tier,
        @Nullable Duration timeout,
        @Nullable Duration queueTimeout) {}
