package dev.molink.controlplane.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a request, and the rows that were computed for them.
 *
 * @param promptTokens of the whole prompt, cached ones included
 * @param cachedTokens of these, those found in the prefix cache
 * @param generatedTokens over all choices; end ids and the ids of a matched stop string included
 * @param deliveredTokens those whose text reached the client's connection; null when nobody knows
 * @param generatedByChoice the generated tokens of each choice, as the head told; empty where no head told
 * @param rows what the pipeline computed for it; null where no head told
 */
public record UsageCounts(
        int promptTokens,
        int cachedTokens,
        long generatedTokens,
        @Nullable Long deliveredTokens,
        List<Integer> generatedByChoice,
        @Nullable RowCounts rows) {

    public UsageCounts {
        if (promptTokens < 0 || generatedTokens < 0 || (deliveredTokens != null && deliveredTokens < 0)) {
            throw new IllegalArgumentException("token counts are at least 0, but prompt %d, generated %d, delivered %s"
                    .formatted(promptTokens, generatedTokens, deliveredTokens));
        }
        if (cachedTokens < 0 || cachedTokens > promptTokens) {
            throw new IllegalArgumentException("cached tokens are between 0 and the %d of the prompt, but they are %d"
                    .formatted(promptTokens, cachedTokens));
        }
        generatedByChoice = List.copyOf(generatedByChoice);
    }

    /** Tokens of which nobody told the choices and the rows. */
    public static UsageCounts tokens(int prompt, int cached, long generated, @Nullable Long delivered) {
        return new UsageCounts(prompt, cached, generated, delivered, List.of(), null);
    }

    /** These counts with the delivered tokens of the {@code earlier} ones where they lack their own. */
    UsageCounts completedBy(UsageCounts earlier) {
        Long delivered = deliveredTokens == null ? earlier.deliveredTokens : deliveredTokens;
        return new UsageCounts(promptTokens, cachedTokens, generatedTokens, delivered, generatedByChoice, rows);
    }
}
