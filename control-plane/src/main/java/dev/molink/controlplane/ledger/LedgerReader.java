package dev.molink.controlplane.ledger;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Entries and balances to look at. */
public final class LedgerReader {

    private static final String BALANCES = """
            SELECT a.account_id, k.organization_id, k.currency, a.kind, a.expires_at, a.created_at, b.balance, b.entries
            FROM ledger_account a
                JOIN ledger_book k ON k.book_id = a.book_id
                JOIN ledger_balance b ON b.account_id = a.account_id
            """;
    private static final String BOOKS = "SELECT organization_id, currency, terms, closed_through FROM ledger_book";

    private static final String OLDER =
            "(e.posted_at < :fromPosted OR (e.posted_at = :fromPosted AND e.entry_id < :fromId))";
    private static final String NEWER =
            "(e.posted_at > :fromPosted OR (e.posted_at = :fromPosted AND e.entry_id > :fromId))";
    private static final String DOWNWARDS = " ORDER BY e.posted_at DESC, e.entry_id DESC";
    private static final String UPWARDS = " ORDER BY e.posted_at, e.entry_id";

    private final NamedParameterJdbcOperations database;
    private final BookStore books;

    LedgerReader(NamedParameterJdbcOperations database, BookStore books) {
        this.database = database;
        this.books = books;
    }

    /** How the tenant of a book pays. */
    public record BookTerms(BookKey book, Terms terms) {}

    public Optional<LedgerEntry> find(String entryId) {
        return books.find(entryId);
    }

    /** The reversal of this entry, where there is one. */
    public Optional<LedgerEntry> reversalOf(String entryId) {
        return books.findReversal(entryId);
    }

    /**
     * Entries, the newest first.
     *
     * @param after the last entry of the page before; null: from the newest
     */
    public List<LedgerEntry> entries(LedgerFilter filter, @Nullable LedgerEntry after, int limit) {
        return read(filter, after, limit, false);
    }

    /** @throws RefusedException when the cursor is no entry that the filter shows */
    public Page<LedgerEntry> page(LedgerFilter filter, PageRequest request) {
        String cursor = request.cursor();
        LedgerEntry from = cursor == null ? null : find(cursor).orElse(null);
        if (cursor != null && (from == null || isForeign(from, filter))) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "'%s' names no item of this list".formatted(request.cursorField()),
                    request.cursorField());
        }
        return Page.ofRead(read(filter, from, request.limit() + 1, request.readsUpwards()), request);
    }

    private static boolean isForeign(LedgerEntry entry, LedgerFilter filter) {
        return filter.organizationId() != null
                && !filter.organizationId().equals(entry.book().organizationId());
    }

    private List<LedgerEntry> read(LedgerFilter filter, @Nullable LedgerEntry from, int limit, boolean upwards) {
        MapSqlParameterSource parameters = new MapSqlParameterSource("limit", limit);
        List<String> conditions = conditions(filter, parameters);
        if (from != null) {
            conditions.add(upwards ? NEWER : OLDER);
            parameters
                    .addValue("fromPosted", EntryRows.zoned(from.postedAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                    .addValue("fromId", from.entryId());
        }
        return database.query(
                EntryRows.SELECT
                        + where(conditions)
                        + (upwards ? UPWARDS : DOWNWARDS)
                        + " FETCH FIRST :limit ROWS ONLY",
                parameters,
                EntryRows::read);
    }

    /** Accounts with their balances, by book and kind; of this organization, or of all when it is null. */
    public List<AccountBalance> balances(@Nullable String organizationId) {
        return database.query(
                BALANCES + ofOrganization(organizationId, "k.")
                        + " ORDER BY a.book_id, a.kind, a.created_at, a.account_id",
                new MapSqlParameterSource("organizationId", organizationId),
                LedgerReader::balance);
    }

    /** Of this organization, or of all when it is null. */
    public List<BookTerms> books(@Nullable String organizationId) {
        return database.query(
                BOOKS + ofOrganization(organizationId, "") + " ORDER BY book_id",
                new MapSqlParameterSource("organizationId", organizationId),
                (row, number) -> new BookTerms(
                        new BookKey(row.getString("organization_id"), row.getString("currency")),
                        Terms.valueOf(row.getString("terms"))));
    }

    private static String ofOrganization(@Nullable String organizationId, String table) {
        return organizationId == null ? "" : " WHERE " + table + "organization_id = :organizationId";
    }

    private static List<String> conditions(LedgerFilter filter, MapSqlParameterSource parameters) {
        List<String> conditions = new ArrayList<>();
        add(conditions, parameters, "b.organization_id = :organizationId", "organizationId", filter.organizationId());
        add(conditions, parameters, "b.currency = :currency", "currency", filter.currency());
        add(conditions, parameters, "e.project_id = :projectId", "projectId", filter.projectId());
        add(conditions, parameters, "e.request_id = :requestId", "requestId", filter.requestId());
        add(
                conditions,
                parameters,
                "(e.from_account_id = :accountId OR e.to_account_id = :accountId)",
                "accountId",
                filter.accountId());
        add(
                conditions,
                parameters,
                "e.kind = :kind",
                "kind",
                filter.kind() == null ? null : filter.kind().name());
        add(
                conditions,
                parameters,
                "e.billing_month = :month",
                "month",
                filter.billingMonth() == null ? null : filter.billingMonth().toString());
        add(conditions, parameters, "e.posted_at >= :since", "since", EntryRows.zoned(filter.since()));
        add(conditions, parameters, "e.posted_at < :until", "until", EntryRows.zoned(filter.until()));
        return conditions;
    }

    private static void add(
            List<String> conditions,
            MapSqlParameterSource parameters,
            String condition,
            String name,
            @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            parameters.addValue(name, value);
        }
    }

    private static String where(List<String> conditions) {
        return conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions);
    }

    private static AccountBalance balance(ResultSet row, int number) throws SQLException {
        BookKey book = new BookKey(row.getString("organization_id"), row.getString("currency"));
        return new AccountBalance(
                EntryRows.account(row, book, ""), EntryRows.amount(row, "balance"), row.getLong("entries"));
    }
}
