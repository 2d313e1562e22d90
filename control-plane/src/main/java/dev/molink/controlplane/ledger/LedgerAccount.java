package dev.molink.controlplane.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account.
 *
 * @param accountId of a credit: the id that was given when it was granted
 * @param expiresAt from when on a credit pays for no request any more; null: never, and for accounts of other kinds
 */
public record LedgerAccount(
        String accountId,
        BookKey book,
        AccountKind kind,
        @Nullable Instant expiresAt,
        Instant createdAt) {

    static LedgerAccount of(BookKey book, AccountKind kind, Instant createdAt) {
        return new LedgerAccount(id(book, kind), book, kind, null, createdAt);
    }

    static String id(BookKey book, AccountKind kind) {
        return book.id() + ":" + kind.word();
    }
}
