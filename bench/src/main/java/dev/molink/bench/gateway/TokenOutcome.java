package dev.molink.bench.gateway;

/**
 * What the gateway adds to each token of streams whose head sends a token every few milliseconds: from the head's sending to
 * the client's reading.
 *
 * @param streams at once
 * @param joined tokens that came together with another one, and so are not counted
 */
public record TokenOutcome(int streams, int tokens, double p50Millis, double p99Millis, double maxMillis, int joined) {}
