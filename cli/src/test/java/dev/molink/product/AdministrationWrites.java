package dev.molink.product;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes of the administration API that no request makes, one of each kind that has fail points. */
final class AdministrationWrites {

    /** Somebody's money of last month, copied from what came this month: no API books into the past. */
    private static final String LAST_MONTH = """
            INSERT INTO ledger_entry (entry_id, idempotency_key, book_id, from_account_id, to_account_id, amount, kind,
                billing_month, late, reason, actor_id, occurred_at, posted_at)
            SELECT 'earlier_' || b.currency, 'earlier_' || b.currency, e.book_id, e.from_account_id, e.to_account_id,
                e.amount, e.kind, ?, FALSE, e.reason, e.actor_id, e.occurred_at - INTERVAL '1 month', e.posted_at
            FROM ledger_entry e JOIN ledger_book b ON b.book_id = e.book_id WHERE b.currency = ?""";

    private static final String BALANCES = """
            UPDATE ledger_balance SET balance = balance * 2, entries = entries * 2 WHERE account_id IN (
                SELECT a.account_id FROM ledger_account a JOIN ledger_book b ON b.book_id = a.book_id
                WHERE b.currency = ?)""";

    private final AdminClient admin;
    private final ProductDatabase database;

    /** Of books that nobody has: a month is stated once. */
    private final Iterator<String> currencies =
            List.of("CHF", "DKK", "EUR", "GBP", "JPY", "NOK", "SEK").iterator();

    AdministrationWrites(AdminClient admin, ProductDatabase database) {
        this.admin = admin;
        this.database = database;
    }

    /** Makes the write that passes this point; the answer may never come. */
    void pass(String point) throws Exception {
        switch (point) {
            case "prices.before-create", "prices.after-create", "prices.before-withdraw", "prices.after-withdraw" ->
                setAndWithdrawPrice();
            case "cost-profiles.before-create", "cost-profiles.after-create" -> setCosts();
            case "reconciliation.before-finish", "reconciliation.after-finish" ->
                admin.askForReconciliation(Instant.now().minusSeconds(60));
            default -> issueStatement();
        }
    }

    private void setAndWithdrawPrice() throws Exception {
        Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS);
        String id = admin.post(
                        "/admin/v1/prices",
                        Map.of(
                                "model", "molink-demo",
                                "prompt_per_million", "9",
                                "cached_per_million", "9",
                                "generated_per_million", "9",
                                "minimum_charge", "0",
                                "currency", "USD",
                                "effective_from", tomorrow.toString()))
                .get("id")
                .asString();
        admin.post("/admin/v1/prices/%s/withdraw".formatted(id), Map.of());
    }

    private void setCosts() throws Exception {
        admin.post(
                "/admin/v1/nodes/cost_profiles",
                Map.of("node_id", "*", "currency", "USD", "rent_per_hour", "0.36", "price_per_gigabyte", "0.05"));
    }

    private void issueStatement() throws Exception {
        String currency = currencies.next();
        String month = YearMonth.now(ZoneOffset.UTC).minusMonths(1).toString();
        admin.post("/admin/v1/wallets/%s/top_up".formatted(currency), Map.of("amount", "12.5"));
        try (Connection connection = database.dataSource().getConnection()) {
            update(connection, LAST_MONTH, month, currency);
            update(connection, BALANCES, currency);
        }
        admin.post("/admin/v1/statements", Map.of("currency", currency, "month", month));
    }

    private static void update(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
