package dev.molink.gateway.http;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Instants as OpenAI writes them. */
public final class UnixTime {

    private UnixTime() {}

    /** Seconds since 1970; null for null. */
    public static @Nullable Long of(@Nullable Instant instant) {
        return instant == null ? null : instant.getEpochSecond();
    }
}
