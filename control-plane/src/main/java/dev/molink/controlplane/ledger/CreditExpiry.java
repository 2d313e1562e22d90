package dev.molink.controlplane.ledger;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.storage.Transactions;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * Moves what is left of expired credits out of them, book by book. Every replica does so; the lock of the book lets one of
 * them find something left.
 */
public final class CreditExpiry {

    private static final String EXPIRED = """
            SELECT DISTINCT k.organization_id, k.currency
            FROM ledger_account a
                JOIN ledger_balance b ON b.account_id = a.account_id
                JOIN ledger_book k ON k.book_id = a.book_id
            WHERE a.kind = 'CREDIT' AND a.expires_at <= :now AND b.balance > 0""";

    private final NamedParameterJdbcOperations database;
    private final BookStore books;
    private final BillingCalendar calendar;
    private final Transactions transactions;
    private final Identifiers identifiers;

    CreditExpiry(
            NamedParameterJdbcOperations database,
            BookStore books,
            BillingCalendar calendar,
            Transactions transactions,
            Identifiers identifiers) {
        this.database = database;
        this.books = books;
        this.calendar = calendar;
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /** Returns the rows that it has posted. */
    public List<LedgerEntry> expire() {
        List<BookKey> keys = database.query(
                EXPIRED,
                new MapSqlParameterSource()
                        .addValue("now", EntryRows.zoned(calendar.now()), Types.TIMESTAMP_WITH_TIMEZONE),
                (row, number) -> new BookKey(row.getString("organization_id"), row.getString("currency")));
        return keys.stream().flatMap(key -> expire(key).stream()).toList();
    }

    private List<LedgerEntry> expire(BookKey key) {
        return transactions.run(() -> {
            Instant now = calendar.now();
            Book book = books.lock(key, now);
            List<LedgerEntry> expired = book.expiredCredits(now).stream()
                    .map(credit -> book.post(posting(book, credit), identifiers.next("entry"), calendar))
                    .toList();
            books.save(List.of(book));
            return expired;
        });
    }

    /** A reversed charge may fill a credit once more after its end, so the key counts the rows before. */
    private static Posting posting(Book book, LedgerAccount credit) {
        return new Posting(
                EntryKind.CREDIT_EXPIRY,
                credit,
                book.account(AccountKind.EXPIRED),
                book.balance(credit),
                "expiry:%s:%d".formatted(credit.accountId(), book.entries(credit)),
                null,
                "",
                Posting.SYSTEM,
                null,
                Objects.requireNonNull(credit.expiresAt()));
    }
}
