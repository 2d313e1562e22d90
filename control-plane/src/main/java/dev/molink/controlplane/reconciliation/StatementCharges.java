package dev.molink.controlplane.reconciliation;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * Compares each line of charges on issued statements with what the ledger has for the same month, project, model and price
 * rule. A line that differs names the requests that were booked into its month after it was issued; where there are none,
 * all that it is about, a hundred at most.
 */
final class StatementCharges {

    private static final String LINES = """
            SELECT s.organization_id, s.currency, s.billing_month, s.number, s.issued_at, l.project_id, l.model,
                l.price_rule_id, l.late, l.amount
            FROM statement s JOIN statement_line l ON l.statement_id = s.statement_id
            WHERE l.kind = 'CHARGE' AND s.billing_month >= :first AND s.billing_month <= :last""";
    private static final String ENTRIES = """
            SELECT s.organization_id, s.currency, s.billing_month, s.number, s.issued_at, e.project_id, e.model,
                e.price_rule_id, e.late, SUM(CASE WHEN t.kind = 'REVENUE' THEN e.amount ELSE -e.amount END) AS amount
            FROM statement s
                JOIN ledger_book b ON b.organization_id = s.organization_id AND b.currency = s.currency
                JOIN ledger_entry e ON e.book_id = b.book_id AND e.billing_month = s.billing_month
                JOIN ledger_account t ON t.account_id = e.to_account_id
            WHERE e.kind = 'CHARGE' AND s.billing_month >= :first AND s.billing_month <= :last
            GROUP BY s.organization_id, s.currency, s.billing_month, s.number, s.issued_at, e.project_id, e.model,
                e.price_rule_id, e.late""";
    private static final String REQUESTS = """
            SELECT DISTINCT e.request_id
            FROM ledger_entry e JOIN ledger_book b ON b.book_id = e.book_id
            WHERE e.kind = 'CHARGE' AND b.organization_id = :organizationId AND b.currency = :currency
                AND e.billing_month = :month AND e.project_id = :projectId AND e.model = :model AND e.late = :late
                AND COALESCE(e.price_rule_id, '') = :priceRuleId AND e.posted_at >= :postedSince
            ORDER BY e.request_id FETCH FIRST 100 ROWS ONLY""";

    private final NamedParameterJdbcOperations database;

    StatementCharges(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    /** What a line sums up. */
    private record Key(
            String organizationId,
            String currency,
            String month,
            long number,
            Instant issuedAt,
            String projectId,
            String model,
            String priceRuleId,
            boolean late) {}

    /** Both sides of one line; nothing is the same as 0. */
    private static final class Sides {

        private BigDecimal statement = BigDecimal.ZERO;
        private BigDecimal ledger = BigDecimal.ZERO;
    }

    /** Of all statements of the months that the range touches, in whatever zone they end. */
    List<Finding> find(Instant from, Instant until) {
        MapSqlParameterSource months = new MapSqlParameterSource("first", month(from.minus(1, ChronoUnit.DAYS)))
                .addValue("last", month(until.plus(1, ChronoUnit.DAYS)));
        Map<Key, Sides> lines = new LinkedHashMap<>();
        database.query(LINES, months, row -> {
            Sides sides = lines.computeIfAbsent(key(row), _ -> new Sides());
            sides.statement = sides.statement.add(row.getBigDecimal("amount"));
        });
        database.query(ENTRIES, months, row -> {
            Sides sides = lines.computeIfAbsent(key(row), _ -> new Sides());
            sides.ledger = sides.ledger.add(row.getBigDecimal("amount"));
        });
        List<Finding> findings = new ArrayList<>();
        lines.forEach((key, sides) -> {
            if (sides.statement.compareTo(sides.ledger) != 0) {
                requests(key).forEach(request -> findings.add(finding(key, sides, request)));
            }
        });
        return findings;
    }

    private List<String> requests(Key key) {
        List<String> afterwards = requests(key, key.issuedAt());
        if (!afterwards.isEmpty()) {
            return afterwards;
        }
        List<String> all = requests(key, Instant.EPOCH);
        return all.isEmpty() ? List.of("") : all;
    }

    private List<String> requests(Key key, Instant postedSince) {
        return database.queryForList(
                REQUESTS,
                new MapSqlParameterSource("organizationId", key.organizationId())
                        .addValue("currency", key.currency())
                        .addValue("month", key.month())
                        .addValue("projectId", key.projectId())
                        .addValue("model", key.model())
                        .addValue("late", key.late())
                        .addValue("priceRuleId", key.priceRuleId())
                        .addValue("postedSince", postedSince.atOffset(ZoneOffset.UTC)),
                String.class);
    }

    private static Finding finding(Key key, Sides sides, String request) {
        return new Finding(
                false,
                Check.STATEMENT,
                request,
                "",
                "",
                key.organizationId(),
                YearMonth.parse(key.month()).atDay(1),
                "statement_%d_%s".formatted(key.number(), key.currency()),
                RequestChecks.plain(sides.statement),
                RequestChecks.plain(sides.ledger));
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(
                row.getString("organization_id"),
                row.getString("currency"),
                row.getString("billing_month"),
                row.getLong("number"),
                row.getObject("issued_at", OffsetDateTime.class).toInstant(),
                orEmpty(row.getString("project_id")),
                orEmpty(row.getString("model")),
                orEmpty(row.getString("price_rule_id")),
                row.getBoolean("late"));
    }

    private static String orEmpty(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    private static String month(Instant instant) {
        return YearMonth.from(LocalDate.ofInstant(instant, ZoneOffset.UTC)).toString();
    }
}
