package dev.molink.bench.engine;

import java.util.List;

/**
 * One streamed completion as its client saw it; times are seconds since the request was sent.
 *
 * @param tokenSeconds arrival of each chunk that carried text
 * @param completionTokens generated ids as the usage chunk counts them
 * @param cachedTokens ids of the prompt that were found in the prefix cache
 * @param text all of it
 */
public record CompletionTiming(
        List<Double> tokenSeconds, double endSeconds, int completionTokens, int cachedTokens, String text) {

    public CompletionTiming {
        tokenSeconds = List.copyOf(tokenSeconds);
    }

    /** Time to the first text. */
    public double timeToFirstToken() {
        return tokenSeconds.isEmpty() ? endSeconds : tokenSeconds.getFirst();
    }

    /** Mean time per id behind the first; 0 for a single one. */
    public double timePerToken() {
        return completionTokens < 2 || tokenSeconds.isEmpty()
                ? 0
                : (tokenSeconds.getLast() - tokenSeconds.getFirst()) / (completionTokens - 1);
    }
}
