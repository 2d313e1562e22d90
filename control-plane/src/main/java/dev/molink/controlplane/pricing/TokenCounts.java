package dev.molink.controlplane.pricing;

/**
 * Tokens that a charge is for.
 *
 * @param promptTokens of the whole prompt, those found in the prefix cache included
 * @param cachedTokens of these, those found in the prefix cache
 */
public record TokenCounts(long promptTokens, long cachedTokens, long generatedTokens) {

    public TokenCounts {
        if (promptTokens < 0 || cachedTokens < 0 || cachedTokens > promptTokens || generatedTokens < 0) {
            throw new IllegalArgumentException(
                    "token counts are at least 0 and cached ones at most those of the prompt, but prompt %d, cached %d, generated %d"
                            .formatted(promptTokens, cachedTokens, generatedTokens));
        }
    }
}
