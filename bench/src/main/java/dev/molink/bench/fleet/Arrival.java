package dev.molink.bench.fleet;

/**
 * A request of a trace.
 *
 * @param nanos when it comes, after the beginning
 */
public record Arrival(long nanos, int promptTokens, int generatedTokens) {

    public Arrival {
        if (nanos < 0 || promptTokens < 1 || generatedTokens < 1) {
            throw new IllegalArgumentException("a request of %d and %d tokens after %d ns is none"
                    .formatted(promptTokens, generatedTokens, nanos));
        }
    }
}
