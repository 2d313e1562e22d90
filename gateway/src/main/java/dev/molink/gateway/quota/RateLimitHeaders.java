package dev.molink.gateway.quota;

import dev.molink.controlplane.admission.RateLimitState;
import dev.molink.controlplane.admission.RateLimitState.Window;
import dev.molink.gateway.http.ApiExchange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells how the limits stand, as OpenAI does: {@code x-ratelimit-…}, durations as Go writes them. */
final class RateLimitHeaders {

    private static final String PREFIX = "x-ratelimit-";

    private RateLimitHeaders() {}

    static void tell(ApiExchange exchange, RateLimitState limits) {
        tell(exchange, "requests", limits.requests());
        tell(exchange, "tokens", limits.tokens());
    }

    private static void tell(ApiExchange exchange, String what, @Nullable Window window) {
        if (window != null) {
            exchange.header(PREFIX + "limit-" + what, Long.toString(window.limit()));
            exchange.header(PREFIX + "remaining-" + what, Long.toString(Math.max(0, window.remaining())));
            exchange.header(PREFIX + "reset-" + what, text(window.reset()));
        }
    }

    /** Such as {@code 250ms}, {@code 1s}, {@code 6m0s}, {@code 23h59m59s}; whole seconds from the first on, rounded up. */
    static String text(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return Math.max(0, duration.toMillis()) + "ms";
        }
        Duration up = duration.plus(Duration.ofSeconds(1).minusNanos(1));
        String seconds = up.toSecondsPart() + "s";
        if (up.toHours() > 0) {
            return up.toHours() + "h" + up.toMinutesPart() + "m" + seconds;
        }
        return up.toMinutes() > 0 ? up.toMinutes() + "m" + seconds : seconds;
    }
}
