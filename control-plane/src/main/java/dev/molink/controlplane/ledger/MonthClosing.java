package dev.molink.controlplane.ledger;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.faults.FailPoint;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * Closes billing months of books, in their order. Whoever posts holds the book's lock, as the closing does, so an entry is
 * either in the sums of a month or, as a late one, in a later month; never in both, never in none.
 */
public final class MonthClosing {

    private static final String SUMS = """
            SELECT e.project_id, e.model, e.price_rule_id, e.kind, e.late,
                COALESCE(SUM(CASE WHEN e.reversal_of IS NULL THEN e.prompt_tokens ELSE -e.prompt_tokens END), 0)
                    AS prompt_tokens,
                COALESCE(SUM(CASE WHEN e.reversal_of IS NULL THEN e.cached_tokens ELSE -e.cached_tokens END), 0)
                    AS cached_tokens,
                COALESCE(SUM(CASE WHEN e.reversal_of IS NULL THEN e.generated_tokens ELSE -e.generated_tokens END), 0)
                    AS generated_tokens,
                SUM(CASE t.kind WHEN 'WALLET' THEN e.amount WHEN 'CREDIT' THEN e.amount WHEN 'RECEIVABLE' THEN e.amount
                    ELSE -e.amount END) AS tenant_change
            FROM ledger_entry e JOIN ledger_account t ON t.account_id = e.to_account_id
            WHERE e.book_id = :bookId AND e.billing_month = :month
            GROUP BY e.project_id, e.model, e.price_rule_id, e.kind, e.late
            ORDER BY e.kind, e.project_id, e.model, e.price_rule_id, e.late""";
    private static final String FIRST_OPEN = """
            SELECT MIN(e.billing_month) FROM ledger_entry e JOIN ledger_book k ON k.book_id = e.book_id
            WHERE e.book_id = :bookId AND (k.closed_through IS NULL OR e.billing_month > k.closed_through)""";
    private static final String DUE = """
            SELECT k.organization_id, k.currency, MIN(e.billing_month) AS first_month
            FROM ledger_book k JOIN ledger_entry e ON e.book_id = k.book_id
            WHERE (k.closed_through IS NULL OR e.billing_month > k.closed_through) AND e.billing_month < :current
            GROUP BY k.organization_id, k.currency ORDER BY k.organization_id, k.currency""";

    private final NamedParameterJdbcOperations database;
    private final BookStore books;
    private final BillingCalendar calendar;

    MonthClosing(NamedParameterJdbcOperations database, BookStore books, BillingCalendar calendar) {
        this.database = database;
        this.books = books;
        this.calendar = calendar;
    }

    /** A month that has ended, has entries and is open. */
    public record Due(BookKey book, YearMonth month) {}

    /** The first such month of each book, of those that ended before {@code when}. */
    public List<Due> due(Instant when) {
        return database.query(
                DUE,
                new MapSqlParameterSource("current", calendar.monthOf(when).toString()),
                (row, number) -> new Due(
                        new BookKey(row.getString("organization_id"), row.getString("currency")),
                        YearMonth.parse(row.getString("first_month"))));
    }

    /** Whether the month was closed before; the book stays locked until the caller's transaction ends. */
    public boolean isClosed(BookKey key, YearMonth month) {
        YearMonth closedThrough = books.lock(key, calendar.now()).closedThrough();
        return closedThrough != null && !month.isAfter(closedThrough);
    }

    /**
     * Closes the month in the caller's transaction.
     *
     * @return the sums of its entries
     * @throws RefusedException when it has not ended or has no entries, or an earlier month has some and is open
     */
    public List<MonthSum> close(BookKey key, YearMonth month) {
        requireEnded(month);
        if (isClosed(key, month)) {
            throw refused("the month %s is closed already".formatted(month));
        }
        YearMonth first = firstOpen(key);
        if (first != null && first.isBefore(month)) {
            throw refused("the month %s has entries and no statement yet; issue it before %s".formatted(first, month));
        }
        MapSqlParameterSource parameters =
                new MapSqlParameterSource("bookId", key.id()).addValue("month", month.toString());
        List<MonthSum> sums = database.query(SUMS, parameters, MonthClosing::sum);
        if (sums.isEmpty()) {
            throw refused(
                    "the month %s has no entries in %s, so there is nothing to state".formatted(month, key.currency()));
        }
        FailPoint.pass("ledger.before-close");
        database.update("UPDATE ledger_book SET closed_through = :month WHERE book_id = :bookId", parameters);
        FailPoint.pass("ledger.after-close");
        return sums;
    }

    private void requireEnded(YearMonth month) {
        Instant end = calendar.startOf(month.plusMonths(1));
        if (calendar.now().isBefore(end)) {
            throw refused("the month %s ends at %s (%s), and now is %s"
                    .formatted(month, end, calendar.zone(), calendar.now()));
        }
    }

    private @Nullable YearMonth firstOpen(BookKey key) {
        String month = database.queryForObject(FIRST_OPEN, new MapSqlParameterSource("bookId", key.id()), String.class);
        return month == null ? null : YearMonth.parse(month);
    }

    private static MonthSum sum(ResultSet row, int number) throws SQLException {
        return new MonthSum(
                row.getString("project_id"),
                row.getString("model"),
                row.getString("price_rule_id"),
                EntryKind.valueOf(row.getString("kind")),
                row.getBoolean("late"),
                tokens(row, "prompt_tokens"),
                tokens(row, "cached_tokens"),
                tokens(row, "generated_tokens"),
                EntryRows.amount(row, "tenant_change"));
    }

    private static BigInteger tokens(ResultSet row, String column) throws SQLException {
        return row.getBigDecimal(column).toBigIntegerExact();
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(Reason.INVALID_VALUE, sentence);
    }
}
