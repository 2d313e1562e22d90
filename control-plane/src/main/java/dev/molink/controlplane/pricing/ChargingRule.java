package dev.molink.controlplane.pricing;

import dev.molink.controlplane.pricing.ChargingSettings.Generated;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens of a request are charged.
 *
 * <p>A request that ran to its end is charged in full. One that was cancelled or late, and one that failed, is charged for
 * the generated tokens that the {@link ChargingSettings settings} say, and for its prompt when any of these are charged. Its
 * prompt alone is charged when it was computed, the request did not fail by our fault, and the settings say so. Never are
 * more generated tokens charged than its lease covered, where that is known.
 */
public final class ChargingRule {

    private final ChargingSettings settings;

    public ChargingRule(ChargingSettings settings) {
        this.settings = settings;
    }

    /** How a request ended, as far as its bill is concerned. */
    public enum Ending {
        FINISHED,
        CANCELLED,
        DEADLINE,
        FAILED
    }

    /**
     * What is known of a request.
     *
     * @param prefilled whether its whole prompt was computed
     * @param deliveredTokens null when nobody knows
     * @param coveredTokens null when no lease bounded it, or the gateway that knew was killed
     */
    public record Facts(
            Ending ending,
            boolean prefilled,
            int promptTokens,
            int cachedTokens,
            long generatedTokens,
            @Nullable Long deliveredTokens,
            @Nullable Long coveredTokens) {}

    public TokenCounts charged(Facts facts) {
        Generated rule = rule(facts.ending());
        long counted = generated(rule, facts);
        long generated = facts.coveredTokens() == null ? counted : Math.min(counted, facts.coveredTokens());
        boolean prompt = facts.ending() == Ending.FINISHED || generated > 0 || paysForItsPromptAlone(facts, rule);
        return prompt
                ? new TokenCounts(facts.promptTokens(), facts.cachedTokens(), generated)
                : new TokenCounts(0, 0, generated);
    }

    private Generated rule(Ending ending) {
        return switch (ending) {
            case FINISHED -> Generated.GENERATED;
            case CANCELLED -> settings.cancelled();
            case DEADLINE -> settings.deadline();
            case FAILED -> settings.failed();
        };
    }

    private static long generated(Generated rule, Facts facts) {
        return switch (rule) {
            case GENERATED -> facts.generatedTokens();
            case DELIVERED ->
                facts.deliveredTokens() == null ? 0 : Math.min(facts.deliveredTokens(), facts.generatedTokens());
            case NOTHING -> 0;
        };
    }

    private boolean paysForItsPromptAlone(Facts facts, Generated rule) {
        return settings.undeliveredPrompt()
                && facts.prefilled()
                && rule != Generated.NOTHING
                && facts.ending() != Ending.FAILED;
    }
}
