package dev.molink.bench.fleet;

import java.util.List;

/**
 * What became of a request.
 *
 * @param tokenNanos when each generated token was there, after the beginning of the run; fewer than asked for where the run
 *     was ended before
 */
public record RequestTiming(Arrival arrival, List<Long> tokenNanos) {

    public RequestTiming {
        tokenNanos = List.copyOf(tokenNanos);
    }
}
