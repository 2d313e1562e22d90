package dev.molink.controlplane.usage;

import dev.molink.controlplane.pricing.TokenCounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request used, and when.
 *
 * @param requestId chosen by the gateway, unique for ever
 * @param endpoint the path that the client called, such as {@code /v1/chat/completions}
 * @param pipeline empty when the request reached no pipeline
 * @param generatedTokens over all choices; end ids and the ids of a matched stop string included
 * @param deliveredTokens those whose text reached the client's connection; null when nobody knows
 * @param finishReasons one per choice
 * @param failureCode null unless the request failed
 * @param rows what the pipeline computed for it; null where no head told
 * @param codec how activations crossed the links between its stages, such as {@code int8}; null where no head told
 * @param endUser the tenant's own label for whom it served; null when the client gave none
 * @param serviceTier how urgent it was, in OpenAI's words: {@code default} or {@code flex}; null: an old record, default
 * @param priceRuleId the price rule that held at its admission; null when its project is not billed
 * @param coveredTokens the most generated tokens that its lease could cover, over all choices: never are more charged; null
 *     where no lease told
 * @param charged the tokens that are charged, by the documented rule; null when its project is not billed
 * @param charge exact, in {@code currency}; null when its project is not billed
 * @param firstTokenAt null when no token was generated
 * @param generatedByChoice the generated tokens of each choice, as the head told; empty where no head told
 */
public record UsageRecord(
        String requestId,
        String apiKeyId,
        String projectId,
        String organizationId,
        String model,
        String pipeline,
        String endpoint,
        int promptTokens,
        int cachedTokens,
        long generatedTokens,
        @Nullable Long deliveredTokens,
        List<String> finishReasons,
        @Nullable String failureCode,
        @Nullable RowCounts rows,
        @Nullable String codec,
        @Nullable String endUser,
        @Nullable String serviceTier,
        @Nullable String priceRuleId,
        @Nullable Long coveredTokens,
        @Nullable TokenCounts charged,
        @Nullable BigDecimal charge,
        @Nullable String currency,
        Instant receivedAt,
        @Nullable Instant firstTokenAt,
        Instant finishedAt,
        Evidence evidence,
        List<Integer> generatedByChoice) {

    /** The service tier of a request that named none. */
    public static final String DEFAULT_TIER = "default";

    public UsageRecord {
        if (requestId.isBlank()) {
            throw new IllegalArgumentException("a usage record needs the id of its request");
        }
        if (promptTokens < 0 || generatedTokens < 0 || (deliveredTokens != null && deliveredTokens < 0)) {
            throw new IllegalArgumentException(
                    "request %s: token counts are at least 0, but prompt %d, generated %d, delivered %s"
                            .formatted(requestId, promptTokens, generatedTokens, deliveredTokens));
        }
        if (cachedTokens < 0 || cachedTokens > promptTokens) {
            throw new IllegalArgumentException(
                    "request %s: cached tokens are between 0 and the %d of the prompt, but they are %d"
                            .formatted(requestId, promptTokens, cachedTokens));
        }
        if (coveredTokens != null && coveredTokens < 0) {
            throw new IllegalArgumentException("request %s: a lease covers at least 0 tokens, but this one %d"
                    .formatted(requestId, coveredTokens));
        }
        finishReasons = List.copyOf(finishReasons);
        generatedByChoice = List.copyOf(generatedByChoice);
    }

    /** A record of which nobody told what each choice generated. */
    public UsageRecord(
            String requestId,
            String apiKeyId,
            String projectId,
            String organizationId,
            String model,
            String pipeline,
            String endpoint,
            int promptTokens,
            int cachedTokens,
            long generatedTokens,
            @Nullable Long deliveredTokens,
            List<String> finishReasons,
            @Nullable String failureCode,
            @Nullable RowCounts rows,
            @Nullable String codec,
            @Nullable String endUser,
            @Nullable String serviceTier,
            @Nullable String priceRuleId,
            @Nullable Long coveredTokens,
            @Nullable TokenCounts charged,
            @Nullable BigDecimal charge,
            @Nullable String currency,
            Instant receivedAt,
            @Nullable Instant firstTokenAt,
            Instant finishedAt,
            Evidence evidence) {
        this(
                requestId,
                apiKeyId,
                projectId,
                organizationId,
                model,
                pipeline,
                endpoint,
                promptTokens,
                cachedTokens,
                generatedTokens,
                deliveredTokens,
                finishReasons,
                failureCode,
                rows,
                codec,
                endUser,
                serviceTier,
                priceRuleId,
                coveredTokens,
                charged,
                charge,
                currency,
                receivedAt,
                firstTokenAt,
                finishedAt,
                evidence,
                List.of());
    }

    /** This record with the generated tokens of each choice. */
    public UsageRecord withGeneratedByChoice(List<Integer> tokens) {
        return with(deliveredTokens, coveredTokens, charged, charge, currency, tokens);
    }

    /** A record of the default service tier that nobody has charged yet: the store does when it writes it. */
    public UsageRecord(
            String requestId,
            String apiKeyId,
            String projectId,
            String organizationId,
            String model,
            String pipeline,
            String endpoint,
            int promptTokens,
            int cachedTokens,
            long generatedTokens,
            @Nullable Long deliveredTokens,
            List<String> finishReasons,
            @Nullable String failureCode,
            @Nullable RowCounts rows,
            @Nullable String codec,
            @Nullable String endUser,
            @Nullable String priceRuleId,
            @Nullable BigDecimal charge,
            @Nullable String currency,
            Instant receivedAt,
            @Nullable Instant firstTokenAt,
            Instant finishedAt,
            Evidence evidence) {
        this(
                requestId,
                apiKeyId,
                projectId,
                organizationId,
                model,
                pipeline,
                endpoint,
                promptTokens,
                cachedTokens,
                generatedTokens,
                deliveredTokens,
                finishReasons,
                failureCode,
                rows,
                codec,
                endUser,
                DEFAULT_TIER,
                priceRuleId,
                null,
                null,
                charge,
                currency,
                receivedAt,
                firstTokenAt,
                finishedAt,
                evidence);
    }

    /** This record with what it costs its tenant. */
    public UsageRecord charged(TokenCounts tokens, BigDecimal amount, String inCurrency) {
        return with(deliveredTokens, coveredTokens, tokens, amount, inCurrency, generatedByChoice);
    }

    /** This record with what only the gateway knew, taken from its own {@code earlier} record where this one lacks it. */
    UsageRecord completedBy(UsageRecord earlier) {
        return with(
                deliveredTokens == null ? earlier.deliveredTokens : deliveredTokens,
                coveredTokens == null ? earlier.coveredTokens : coveredTokens,
                charged,
                charge,
                currency,
                generatedByChoice);
    }

    private UsageRecord with(
            @Nullable Long delivered,
            @Nullable Long covered,
            @Nullable TokenCounts tokens,
            @Nullable BigDecimal amount,
            @Nullable String inCurrency,
            List<Integer> byChoice) {
        return new UsageRecord(
                requestId,
                apiKeyId,
                projectId,
                organizationId,
                model,
                pipeline,
                endpoint,
                promptTokens,
                cachedTokens,
                generatedTokens,
                delivered,
                finishReasons,
                failureCode,
                rows,
                codec,
                endUser,
                serviceTier,
                priceRuleId,
                covered,
                tokens,
                amount,
                inCurrency,
                receivedAt,
                firstTokenAt,
                finishedAt,
                evidence,
                byChoice);
    }

    /** Who counted. */
    public enum Evidence {
        /** The head's own final report. */
        HEAD,
        /** What the gateway saw of a request whose head was lost; the head's report replaces it when it still comes. */
        GATEWAY
    }
}
