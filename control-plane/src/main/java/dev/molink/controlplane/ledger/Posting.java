package dev.molink.controlplane.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An entry before it is posted. */
record Posting(
        EntryKind kind,
        LedgerAccount from,
        LedgerAccount to,
        BigDecimal amount,
        String idempotencyKey,
        @Nullable ChargedRequest request,
        String reason,
        String actorId,
        @Nullable String reversalOf,
        Instant occurredAt) {

    static final String SYSTEM = "system";

    /** What undoes {@code entry}. It counts for the entry's own month where that is still open. */
    static Posting reversalOf(LedgerEntry entry, String reason, String actorId, Instant occurredAt) {
        return new Posting(
                entry.kind(),
                entry.to(),
                entry.from(),
                entry.amount(),
                "reversal:" + entry.entryId(),
                entry.request(),
                reason,
                actorId,
                entry.entryId(),
                occurredAt);
    }
}
