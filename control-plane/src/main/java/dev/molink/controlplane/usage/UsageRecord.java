package dev.molink.controlplane.usage;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.molink.controlplane.pricing.TokenCounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request used, and when. As JSON it is one flat object: the components of its parts stand side by side, so no two
 * parts may name one alike.
 *
 * @param requestId chosen by the gateway, unique for ever
 */
public record UsageRecord(
        String requestId,
        @JsonUnwrapped UsageOrigin origin,
        @JsonUnwrapped UsageServing serving,
        @JsonUnwrapped UsageCounts counts,
        @JsonUnwrapped UsageEnding ending,
        @JsonUnwrapped UsageBill bill,
        @JsonUnwrapped UsageTimes times,
        Evidence evidence) {

    public UsageRecord {
        if (requestId.isBlank()) {
            throw new IllegalArgumentException("a usage record needs the id of its request");
        }
    }

    /** This record with what it costs its tenant. */
    public UsageRecord charged(TokenCounts tokens, BigDecimal amount, String inCurrency) {
        return with(counts, bill.charged(tokens, amount, inCurrency));
    }

    /** This record with what only the gateway knew, taken from its own {@code earlier} record where this one lacks it. */
    UsageRecord completedBy(UsageRecord earlier) {
        return with(counts.completedBy(earlier.counts), bill.completedBy(earlier.bill));
    }

    private UsageRecord with(UsageCounts otherCounts, UsageBill otherBill) {
        return new UsageRecord(requestId, origin, serving, otherCounts, ending, otherBill, times, evidence);
    }

    public String apiKeyId() {
        return origin.apiKeyId();
    }

    public String projectId() {
        return origin.projectId();
    }

    public String organizationId() {
        return origin.organizationId();
    }

    public @Nullable String endUser() {
        return origin.endUser();
    }

    public String model() {
        return serving.model();
    }

    public String pipeline() {
        return serving.pipeline();
    }

    public int promptTokens() {
        return counts.promptTokens();
    }

    public int cachedTokens() {
        return counts.cachedTokens();
    }

    public long generatedTokens() {
        return counts.generatedTokens();
    }

    public @Nullable Long deliveredTokens() {
        return counts.deliveredTokens();
    }

    public List<Integer> generatedByChoice() {
        return counts.generatedByChoice();
    }

    public @Nullable RowCounts rows() {
        return counts.rows();
    }

    public List<String> finishReasons() {
        return ending.finishReasons();
    }

    public @Nullable String failureCode() {
        return ending.failureCode();
    }

    public @Nullable String priceRuleId() {
        return bill.priceRuleId();
    }

    public @Nullable TokenCounts charged() {
        return bill.charged();
    }

    public @Nullable BigDecimal charge() {
        return bill.charge();
    }

    public @Nullable String currency() {
        return bill.currency();
    }

    public Instant receivedAt() {
        return times.receivedAt();
    }

    public @Nullable Instant firstTokenAt() {
        return times.firstTokenAt();
    }

    public Instant finishedAt() {
        return times.finishedAt();
    }

    /** Who counted. */
    public enum Evidence {
        /** The head's own final report. */
        HEAD,
        /** What the gateway saw of a request whose head was lost; the head's report replaces it when it still comes. */
        GATEWAY
    }
}
