package dev.molink.controlplane.ledger;

import dev.molink.controlplane.faults.FailPoint;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Books in the database. Whoever posts locks the rows of the books first, in the order of their ids, and so has their
 * accounts and balances for itself until its transaction ends. Missing books are made before any is locked: who waits for a
 * book that another is just making holds no lock on one that was there before.
 */
final class BookStore {

    private static final String INSERT_BOOK = """
            INSERT INTO ledger_book (book_id, organization_id, currency, terms, created_at)
            VALUES (:bookId, :organizationId, :currency, 'POSTPAID', :createdAt) ON CONFLICT DO NOTHING""";
    private static final String INSERT_ACCOUNT = """
            INSERT INTO ledger_account (account_id, book_id, kind, expires_at, created_at)
            VALUES (:accountId, :bookId, :kind, :expiresAt, :createdAt)""";
    private static final String INSERT_BALANCE =
            "INSERT INTO ledger_balance (account_id, balance, entries) VALUES (:accountId, 0, 0)";
    private static final String LOCK = """
            SELECT organization_id, currency, terms, closed_through FROM ledger_book
            WHERE book_id IN (:bookIds) ORDER BY book_id FOR UPDATE""";
    private static final String ACCOUNTS = """
            SELECT a.account_id, k.organization_id, k.currency, a.kind, a.expires_at, a.created_at, b.balance, b.entries
            FROM ledger_account a
                JOIN ledger_book k ON k.book_id = a.book_id
                JOIN ledger_balance b ON b.account_id = a.account_id
            """;
    private static final String UPDATE_BALANCE =
            "UPDATE ledger_balance SET balance = :balance, entries = :entries WHERE account_id = :accountId";

    private final NamedParameterJdbcOperations database;

    BookStore(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    /** The books with these keys, locked until the transaction ends, and made where they are missing. */
    Map<BookKey, Book> lock(Collection<BookKey> keys, Instant now) {
        List<BookKey> ordered = keys.stream().distinct().sorted(BookKey.ORDER).toList();
        if (ordered.isEmpty()) {
            return Map.of();
        }
        MapSqlParameterSource ids = new MapSqlParameterSource(
                "bookIds", ordered.stream().map(BookKey::id).toList());
        make(ordered, ids, now);
        Map<BookKey, Book> books = new LinkedHashMap<>();
        database.query(LOCK, ids, BookStore::book).forEach(book -> books.put(book.key(), book));
        database.query(
                        ACCOUNTS + "WHERE a.book_id IN (:bookIds) AND (a.kind <> 'CREDIT' OR b.balance > 0)",
                        ids,
                        BookStore::state)
                .forEach(state -> Objects.requireNonNull(
                                books.get(state.account().book()))
                        .hold(state));
        return books;
    }

    Book lock(BookKey key, Instant now) {
        return Objects.requireNonNull(lock(List.of(key), now).get(key));
    }

    /** Every book's key, in the order of locking. */
    List<BookKey> keys() {
        return database.query(
                "SELECT organization_id, currency FROM ledger_book ORDER BY book_id", (row, number) -> key(row));
    }

    /** Adds an account to a locked book. */
    void open(Book book, LedgerAccount account) {
        insert(List.of(account));
        book.hold(new Book.State(account, BigDecimal.ZERO, 0));
    }

    /** Makes sure that the locked book has this account at hand, a credit that is used up included. */
    void hold(Book book, LedgerAccount account) {
        if (!book.holds(account.accountId())) {
            database.query(
                            ACCOUNTS + "WHERE a.account_id = :accountId",
                            new MapSqlParameterSource("accountId", account.accountId()),
                            BookStore::state)
                    .forEach(book::hold);
        }
    }

    /** Writes what was posted to the books, and their balances. */
    void save(Collection<Book> books) {
        SqlParameterSource[] entries = books.stream()
                .flatMap(book -> book.posted().stream())
                .map(EntryRows::parameters)
                .toArray(SqlParameterSource[]::new);
        if (entries.length == 0) {
            return;
        }
        FailPoint.pass("ledger.before-entries");
        database.batchUpdate(EntryRows.INSERT, entries);
        FailPoint.pass("ledger.after-entries");
        database.batchUpdate(
                UPDATE_BALANCE,
                books.stream()
                        .flatMap(book -> book.changed().stream())
                        .map(BookStore::balance)
                        .toArray(SqlParameterSource[]::new));
        FailPoint.pass("ledger.after-balances");
        books.forEach(Book::saved);
    }

    void setTerms(BookKey key, Terms terms) {
        database.update(
                "UPDATE ledger_book SET terms = :terms WHERE book_id = :bookId",
                new MapSqlParameterSource("terms", terms.name()).addValue("bookId", key.id()));
    }

    /** Entries of these requests' charges that nothing has reversed yet, in the order in which they were posted. */
    List<LedgerEntry> standingCharges(Collection<String> requestIds) {
        return database.query(
                EntryRows.SELECT + """
                        WHERE e.request_id IN (:requestIds) AND e.kind = 'CHARGE' AND e.reversal_of IS NULL
                            AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reversal_of = e.entry_id)
                        ORDER BY e.posted_at, e.idempotency_key""", new MapSqlParameterSource("requestIds", requestIds), EntryRows::read);
    }

    Optional<LedgerEntry> find(String entryId) {
        return first("WHERE e.entry_id = :value", entryId);
    }

    Optional<LedgerEntry> findByKey(String idempotencyKey) {
        return first("WHERE e.idempotency_key = :value", idempotencyKey);
    }

    Optional<LedgerEntry> findReversal(String entryId) {
        return first("WHERE e.reversal_of = :value", entryId);
    }

    private Optional<LedgerEntry> first(String condition, String value) {
        return database
                .query(EntryRows.SELECT + condition, new MapSqlParameterSource("value", value), EntryRows::read)
                .stream()
                .findFirst();
    }

    private void make(List<BookKey> ordered, MapSqlParameterSource ids, Instant now) {
        Set<BookKey> known = new HashSet<>(database.query(
                "SELECT organization_id, currency FROM ledger_book WHERE book_id IN (:bookIds)",
                ids,
                (row, number) -> key(row)));
        for (BookKey key : ordered) {
            if (!known.contains(key)) {
                make(key, now);
            }
        }
    }

    /** Whoever makes the book makes its accounts as well, in the same transaction. */
    private void make(BookKey key, Instant now) {
        int made = database.update(
                INSERT_BOOK,
                new MapSqlParameterSource("bookId", key.id())
                        .addValue("organizationId", key.organizationId())
                        .addValue("currency", key.currency())
                        .addValue("createdAt", EntryRows.zoned(now), Types.TIMESTAMP_WITH_TIMEZONE));
        if (made == 1) {
            insert(Arrays.stream(AccountKind.values())
                    .filter(kind -> kind != AccountKind.CREDIT)
                    .map(kind -> LedgerAccount.of(key, kind, now))
                    .toList());
        }
    }

    private void insert(List<LedgerAccount> accounts) {
        List<SqlParameterSource> parameters = new ArrayList<>();
        for (LedgerAccount account : accounts) {
            parameters.add(new MapSqlParameterSource("accountId", account.accountId())
                    .addValue("bookId", account.book().id())
                    .addValue("kind", account.kind().name())
                    .addValue("expiresAt", EntryRows.zoned(account.expiresAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                    .addValue("createdAt", EntryRows.zoned(account.createdAt()), Types.TIMESTAMP_WITH_TIMEZONE));
        }
        SqlParameterSource[] rows = parameters.toArray(SqlParameterSource[]::new);
        database.batchUpdate(INSERT_ACCOUNT, rows);
        database.batchUpdate(INSERT_BALANCE, rows);
    }

    private static SqlParameterSource balance(Book.State state) {
        return new MapSqlParameterSource("accountId", state.account().accountId())
                .addValue("balance", state.balance())
                .addValue("entries", state.entries());
    }

    private static Book book(ResultSet row, int number) throws SQLException {
        return new Book(key(row), Terms.valueOf(row.getString("terms")), month(row.getString("closed_through")));
    }

    private static Book.State state(ResultSet row, int number) throws SQLException {
        return new Book.State(
                EntryRows.account(row, key(row), ""), EntryRows.amount(row, "balance"), row.getLong("entries"));
    }

    private static BookKey key(ResultSet row) throws SQLException {
        return new BookKey(row.getString("organization_id"), row.getString("currency"));
    }

    private static @Nullable YearMonth month(@Nullable String text) {
        return text == null ? null : YearMonth.parse(text);
    }
}
