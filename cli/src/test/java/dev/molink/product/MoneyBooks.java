package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A price and limits for the tests' project, and whether usage, ledger, budgets and shares say the same afterwards. */
final class MoneyBooks {

    private static final List<String> SET_UP = List.of(
            """
            INSERT INTO price_rule (rule_id, model, prompt_per_million, cached_per_million, generated_per_million,
                minimum_charge, currency, effective_at, created_at, created_by)
            VALUES ('price_of_the_test', 'molink-demo', 1.000000000001, 0.25, 3.7, 0, 'USD', CURRENT_TIMESTAMP,
                CURRENT_TIMESTAMP, 'test')""",
            "UPDATE price_change SET stamp = stamp + 1",
            "UPDATE project SET billed = TRUE WHERE name = 'demo'",
            "UPDATE api_key_change SET stamp = stamp + 1",
            limit("limit_budget", "BUDGET_PER_MONTH", "1000", "USD"),
            limit("limit_requests", "REQUESTS_PER_MINUTE", "100000", ""),
            limit("limit_slots", "CONCURRENT_REQUESTS", "1000", ""),
            "UPDATE usage_limit_change SET stamp = stamp + 1");

    private static final String CHARGED_OTHERWISE = """
            SELECT COALESCE(u.request_id, l.request_id) || ': usage ' || COALESCE(u.charge, 0) || ', ledger '
                || COALESCE(l.amount, 0)
            FROM usage_record u FULL OUTER JOIN (
                SELECT request_id, SUM(CASE WHEN reversal_of IS NULL THEN amount ELSE -amount END) AS amount
                FROM ledger_entry WHERE kind = 'CHARGE' GROUP BY request_id) l ON l.request_id = u.request_id
            WHERE COALESCE(u.charge, 0) <> COALESCE(l.amount, 0)""";
    private static final String NOT_CHARGED =
            "SELECT request_id FROM usage_record WHERE price_rule_id IS NOT NULL AND charge IS NULL";
    private static final String HELD_BY_THE_DEAD = """
            SELECT s.bound_id || ' by ' || s.gateway_id FROM usage_share s
            JOIN share_holder h ON h.gateway_id = s.gateway_id
            WHERE h.lease_expires_at < CURRENT_TIMESTAMP - INTERVAL '3 seconds'""";
    private static final String HELD_OTHERWISE = """
            SELECT b.id || ': held ' || b.held || ', shares ' || COALESCE(SUM(s.held), 0)
            FROM usage_bound b LEFT JOIN usage_share s ON s.bound_id = b.id
            GROUP BY b.id, b.held HAVING b.held <> COALESCE(SUM(s.held), 0)""";

    private final DataSource database;

    /** @param database a PostgreSQL whose tables are there */
    MoneyBooks(DataSource database) {
        this.database = database;
    }

    private static String limit(String id, String metric, String amount, String currency) {
        return """
                INSERT INTO usage_limit (id, organization_id, owner_kind, owner_id, model, metric, amount, mode, currency,
                    changed_at)
                SELECT '%s', organization_id, 'PROJECT', id, '', '%s', %s, 'HARD', '%s', CURRENT_TIMESTAMP
                FROM project WHERE name = 'demo'""".formatted(id, metric, amount, currency);
    }

    /** The project has a price, a budget and limits that nobody reaches; every gateway knows within a second. */
    void setUp() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : SET_UP) {
                statement.execute(sql);
            }
        }
    }

    void assertWhole() throws SQLException {
        assertThat(rows(CHARGED_OTHERWISE))
                .as("requests whose usage and ledger differ")
                .isEmpty();
        assertThat(rows(NOT_CHARGED))
                .as("requests with a price and without a charge")
                .isEmpty();
        assertThat(rows(HELD_BY_THE_DEAD))
                .as("reservations of gateways that are gone")
                .isEmpty();
        assertThat(rows(HELD_OTHERWISE)).as("bounds whose shares do not add up").isEmpty();
        BigDecimal charged = sum("SELECT COALESCE(SUM(charge), 0) FROM usage_record");
        assertThat(charged).isPositive();
        assertThat(
                        sum(
                                "SELECT COALESCE(SUM(settled), 0) FROM usage_bound WHERE id LIKE 'PROJECT:%:BUDGET_PER_MONTH:%'"))
                .as("what the budget counts")
                .isEqualByComparingTo(charged);
    }

    /** The requests that the ledger's charges are for, one for each charge. */
    List<String> charges() throws SQLException {
        return rows("SELECT request_id FROM ledger_entry WHERE kind = 'CHARGE'");
    }

    private BigDecimal sum(String sql) throws SQLException {
        return new BigDecimal(rows(sql).getFirst());
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
