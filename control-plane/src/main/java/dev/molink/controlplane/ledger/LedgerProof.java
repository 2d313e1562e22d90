package dev.molink.controlplane.ledger;

import dev.molink.controlplane.pricing.Decimals;
import dev.molink.controlplane.storage.Transactions;
import java.math.BigDecimal;
import java.util.List;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Proves that the balances are what the entries make of them. */
public final class LedgerProof {

    private static final String DIFFERENCES = """
            SELECT b.account_id, b.balance, b.entries, COALESCE(s.balance, 0) AS summed, COALESCE(s.entries, 0) AS counted
            FROM ledger_balance b LEFT JOIN (
                SELECT m.account_id, SUM(m.amount) AS balance, COUNT(*) AS entries
                FROM (
                    SELECT to_account_id AS account_id, amount FROM ledger_entry
                    UNION ALL
                    SELECT from_account_id AS account_id, -amount FROM ledger_entry) m
                GROUP BY m.account_id) s ON s.account_id = b.account_id
            WHERE b.balance <> COALESCE(s.balance, 0) OR b.entries <> COALESCE(s.entries, 0)
            ORDER BY b.account_id""";

    private final NamedParameterJdbcOperations database;
    private final BookStore books;
    private final BillingCalendar calendar;
    private final Transactions transactions;

    LedgerProof(
            NamedParameterJdbcOperations database,
            BookStore books,
            BillingCalendar calendar,
            Transactions transactions) {
        this.database = database;
        this.books = books;
        this.calendar = calendar;
        this.transactions = transactions;
    }

    /**
     * A balance that was not what its entries say.
     *
     * @param projected what stood there
     * @param summed what the entries make
     */
    public record Difference(String accountId, BigDecimal projected, BigDecimal summed) {}

    /**
     * Computes every balance anew from the entries while nobody posts, and sets right those that differ.
     *
     * @return those that differed: none, when the books are sound
     */
    public List<Difference> rebuild() {
        return transactions.run(() -> {
            books.lock(books.keys(), calendar.now());
            return database.query(
                    DIFFERENCES,
                    (row, number) -> setRight(
                            new Difference(
                                    row.getString("account_id"),
                                    EntryRows.amount(row, "balance"),
                                    EntryRows.amount(row, "summed")),
                            row.getLong("counted")));
        });
    }

    /** The sum over all accounts, which is 0: what leaves one enters another. */
    public BigDecimal sumOfAllAccounts() {
        BigDecimal sum = database.queryForObject(
                "SELECT COALESCE(SUM(balance), 0) FROM ledger_balance", new MapSqlParameterSource(), BigDecimal.class);
        return sum == null ? BigDecimal.ZERO : Decimals.plain(sum);
    }

    private Difference setRight(Difference difference, long entries) {
        database.update(
                "UPDATE ledger_balance SET balance = :balance, entries = :entries WHERE account_id = :accountId",
                new MapSqlParameterSource("balance", difference.summed())
                        .addValue("entries", entries)
                        .addValue("accountId", difference.accountId()));
        return difference;
    }
}
