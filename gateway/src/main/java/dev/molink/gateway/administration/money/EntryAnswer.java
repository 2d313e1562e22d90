package dev.molink.gateway.administration.money;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.ledger.ChargedRequest;
import dev.molink.controlplane.ledger.LedgerAccount;
import dev.molink.controlplane.ledger.LedgerEntry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of the ledger as it is answered. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record EntryAnswer(
        String object,
        String id,
        @JsonProperty("organization_id") String organizationId,
        String kind,
        Account from,
        Account to,
        String amount,
        String currency,
        @JsonProperty("billing_month") String billingMonth,
        boolean late,
        @Nullable Request request,
        String reason,
        @JsonProperty("actor_id") String actorId,
        @JsonProperty("reversal_of") @Nullable String reversalOf,
        @JsonProperty("occurred_at") String occurredAt,
        @JsonProperty("posted_at") String postedAt) {

    record Account(String id, String kind) {

        static Account of(LedgerAccount account) {
            return new Account(account.accountId(), account.kind().word());
        }
    }

    record Request(
            @JsonProperty("request_id") String requestId,
            @JsonProperty("project_id") String projectId,
            String model,
            @JsonProperty("price_id") @Nullable String priceId,
            @JsonProperty("prompt_tokens") long promptTokens,
            @JsonProperty("cached_tokens") long cachedTokens,
            @JsonProperty("generated_tokens") long generatedTokens) {

        static @Nullable Request of(@Nullable ChargedRequest request) {
            return request == null
                    ? null
                    : new Request(
                            request.requestId(),
                            request.projectId(),
                            request.model(),
                            request.priceRuleId(),
                            request.tokens().promptTokens(),
                            request.tokens().cachedTokens(),
                            request.tokens().generatedTokens());
        }
    }

    static EntryAnswer of(LedgerEntry entry) {
        return new EntryAnswer(
                "ledger.entry",
                entry.entryId(),
                entry.book().organizationId(),
                entry.kind().word(),
                Account.of(entry.from()),
                Account.of(entry.to()),
                entry.amount().toPlainString(),
                entry.book().currency(),
                entry.billingMonth().toString(),
                entry.late(),
                Request.of(entry.request()),
                entry.reason(),
                entry.actorId(),
                entry.reversalOf(),
                entry.occurredAt().toString(),
                entry.postedAt().toString());
    }

    /** What the audit log keeps of it. */
    static Map<String, String> audited(LedgerEntry entry) {
        return Map.of(
                "entry_id", entry.entryId(),
                "from", entry.from().accountId(),
                "to", entry.to().accountId(),
                "amount", entry.amount().toPlainString(),
                "currency", entry.book().currency(),
                "reason", entry.reason());
    }
}
