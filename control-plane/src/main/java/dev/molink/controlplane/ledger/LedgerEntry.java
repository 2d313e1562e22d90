package dev.molink.controlplane.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * One movement of money; never changed once it is written.
 *
 * @param idempotencyKey unique: what is posted again under it is not posted
 * @param amount above 0, exact
 * @param billingMonth whose statement has it
 * @param late whether it belongs to an earlier month, which was closed already
 * @param request null unless it is a charge
 * @param reason in words; may be empty
 * @param actorId who made it: an account, an admin key, or {@code system}
 * @param reversalOf the entry that it reverses; null: it reverses none
 * @param occurredAt when what it stands for happened
 */
public record LedgerEntry(
        String entryId,
        String idempotencyKey,
        LedgerAccount from,
        LedgerAccount to,
        BigDecimal amount,
        EntryKind kind,
        YearMonth billingMonth,
        boolean late,
        @Nullable ChargedRequest request,
        String reason,
        String actorId,
        @Nullable String reversalOf,
        Instant occurredAt,
        Instant postedAt) {

    public BookKey book() {
        return from.book();
    }
}
