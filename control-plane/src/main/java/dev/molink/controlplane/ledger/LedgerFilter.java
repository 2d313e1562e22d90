package dev.molink.controlplane.ledger;

import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Which entries somebody wants to see; null means any.
 *
 * @param accountId on either side
 * @param since inclusive, by the time of posting
 * @param until exclusive
 */
public record LedgerFilter(
        @Nullable String organizationId,
        @Nullable String currency,
        @Nullable String projectId,
        @Nullable String requestId,
        @Nullable String accountId,
        @Nullable EntryKind kind,
        @Nullable YearMonth billingMonth,
        @Nullable Instant since,
        @Nullable Instant until) {

    /** Everything of this organization; null: everything. */
    public static LedgerFilter of(@Nullable String organizationId) {
        return new LedgerFilter(organizationId, null, null, null, null, null, null, null, null);
    }
}
