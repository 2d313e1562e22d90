package dev.molink.controlplane.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a request came, answered and ended.
 *
 * @param firstTokenAt null when no token was generated
 */
public record UsageTimes(Instant receivedAt, @Nullable Instant firstTokenAt, Instant finishedAt) {}
