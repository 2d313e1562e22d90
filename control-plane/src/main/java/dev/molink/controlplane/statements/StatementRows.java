package dev.molink.controlplane.statements;

import dev.molink.controlplane.ledger.BookKey;
import dev.molink.controlplane.ledger.EntryKind;
import dev.molink.controlplane.pricing.Decimals;
import dev.molink.controlplane.statements.StatementLine.LinePrices;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** Statements and their lines as rows, which are only ever added, and the numbers that they get. */
final class StatementRows {

    private static final String INSERT = """
            INSERT INTO statement (statement_id, organization_id, organization_name, number, currency, billing_month, zone,
                opening_balance, charged, moved, closing_balance, carried_in, due_amount, remainder, issued_at, issued_by)
            VALUES (:statementId, :organizationId, :organizationName, :number, :currency, :month, :zone, :opening, :charged,
                :moved, :closing, :carriedIn, :due, :remainder, :issuedAt, :issuedBy)""";
    private static final String INSERT_LINE = """
            INSERT INTO statement_line (statement_id, line, kind, project_id, project_name, model, price_rule_id, late,
                prompt_tokens, cached_tokens, generated_tokens, prompt_per_million, cached_per_million,
                generated_per_million, amount)
            VALUES (:statementId, :line, :kind, :projectId, :projectName, :model, :priceRuleId, :late, :promptTokens,
                :cachedTokens, :generatedTokens, :prompt, :cached, :generated, :amount)""";
    private static final String SELECT = "SELECT * FROM statement ";
    private static final String LINES = "SELECT * FROM statement_line WHERE statement_id = :statementId ORDER BY line";

    private final NamedParameterJdbcOperations database;

    StatementRows(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    /** The next number of the organization; whoever else takes one waits until the caller's transaction ends. */
    long nextNumber(String organizationId) {
        MapSqlParameterSource organization = new MapSqlParameterSource("organizationId", organizationId);
        database.update("""
                INSERT INTO statement_series (organization_id, last_number) VALUES (:organizationId, 0)
                ON CONFLICT DO NOTHING""", organization);
        database.update(
                "UPDATE statement_series SET last_number = last_number + 1 WHERE organization_id = :organizationId",
                organization);
        return Objects.requireNonNull(database.queryForObject(
                "SELECT last_number FROM statement_series WHERE organization_id = :organizationId",
                organization,
                Long.class));
    }

    /** An organization's or a project's name; null where there is none. */
    @Nullable
    String name(String table, String id) {
        return database
                .queryForList(
                        "SELECT name FROM %s WHERE id = :id".formatted(table),
                        new MapSqlParameterSource("id", id),
                        String.class)
                .stream()
                .findFirst()
                .orElse(null);
    }

    void insert(Statement statement) {
        database.update(INSERT, parameters(statement));
        database.batchUpdate(
                INSERT_LINE,
                statement.lines().stream()
                        .map(line -> parameters(statement.statementId(), line))
                        .toArray(SqlParameterSource[]::new));
    }

    Optional<Statement> find(String statementId) {
        return query("WHERE statement_id = :id", new MapSqlParameterSource("id", statementId)).stream()
                .findFirst()
                .map(this::withLines);
    }

    Optional<Statement> find(BookKey book, YearMonth month) {
        return query(
                        "WHERE organization_id = :organizationId AND currency = :currency AND billing_month = :month",
                        parameters(book).addValue("month", month.toString()))
                .stream()
                .findFirst()
                .map(this::withLines);
    }

    /** The statement of the latest month of the book, without its lines. */
    Optional<Statement> last(BookKey book) {
        return query("""
                        WHERE organization_id = :organizationId AND currency = :currency
                        ORDER BY billing_month DESC FETCH FIRST 1 ROWS ONLY""", parameters(book)).stream().findFirst();
    }

    /** All of the organization by number, without their lines. */
    List<Statement> of(String organizationId) {
        return query(
                "WHERE organization_id = :organizationId ORDER BY number",
                new MapSqlParameterSource("organizationId", organizationId));
    }

    private List<Statement> query(String condition, MapSqlParameterSource parameters) {
        return database.query(SELECT + condition, parameters, (row, number) -> read(row));
    }

    private Statement withLines(Statement statement) {
        return with(
                statement,
                database.query(
                        LINES,
                        new MapSqlParameterSource("statementId", statement.statementId()),
                        (row, number) -> line(row)));
    }

    private static MapSqlParameterSource parameters(BookKey book) {
        return new MapSqlParameterSource("organizationId", book.organizationId()).addValue("currency", book.currency());
    }

    private static SqlParameterSource parameters(Statement statement) {
        return new MapSqlParameterSource("statementId", statement.statementId())
                .addValue("organizationId", statement.organizationId())
                .addValue("organizationName", statement.organizationName())
                .addValue("number", statement.number())
                .addValue("currency", statement.currency())
                .addValue("month", statement.month().toString())
                .addValue("zone", statement.zone())
                .addValue("opening", statement.openingBalance())
                .addValue("charged", statement.charged())
                .addValue("moved", statement.moved())
                .addValue("closing", statement.closingBalance())
                .addValue("carriedIn", statement.carriedIn())
                .addValue("due", statement.dueAmount())
                .addValue("remainder", statement.remainder())
                .addValue("issuedAt", statement.issuedAt().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("issuedBy", statement.issuedBy());
    }

    private static SqlParameterSource parameters(String statementId, StatementLine line) {
        LinePrices prices = line.prices();
        return new MapSqlParameterSource("statementId", statementId)
                .addValue("line", line.line())
                .addValue("kind", line.kind().name())
                .addValue("projectId", line.projectId(), Types.VARCHAR)
                .addValue("projectName", line.projectName(), Types.VARCHAR)
                .addValue("model", line.model(), Types.VARCHAR)
                .addValue("priceRuleId", line.priceRuleId(), Types.VARCHAR)
                .addValue("late", line.late())
                .addValue("promptTokens", new BigDecimal(line.promptTokens()))
                .addValue("cachedTokens", new BigDecimal(line.cachedTokens()))
                .addValue("generatedTokens", new BigDecimal(line.generatedTokens()))
                .addValue("prompt", prices == null ? null : prices.prompt(), Types.NUMERIC)
                .addValue("cached", prices == null ? null : prices.cached(), Types.NUMERIC)
                .addValue("generated", prices == null ? null : prices.generated(), Types.NUMERIC)
                .addValue("amount", line.amount());
    }

    private static Statement read(ResultSet row) throws SQLException {
        return new Statement(
                row.getString("statement_id"),
                row.getString("organization_id"),
                row.getString("organization_name"),
                row.getLong("number"),
                row.getString("currency"),
                YearMonth.parse(row.getString("billing_month")),
                row.getString("zone"),
                amount(row, "opening_balance"),
                amount(row, "charged"),
                amount(row, "moved"),
                amount(row, "closing_balance"),
                amount(row, "carried_in"),
                amount(row, "due_amount"),
                amount(row, "remainder"),
                row.getObject("issued_at", OffsetDateTime.class).toInstant(),
                row.getString("issued_by"),
                List.of());
    }

    private static Statement with(Statement statement, List<StatementLine> lines) {
        return new Statement(
                statement.statementId(),
                statement.organizationId(),
                statement.organizationName(),
                statement.number(),
                statement.currency(),
                statement.month(),
                statement.zone(),
                statement.openingBalance(),
                statement.charged(),
                statement.moved(),
                statement.closingBalance(),
                statement.carriedIn(),
                statement.dueAmount(),
                statement.remainder(),
                statement.issuedAt(),
                statement.issuedBy(),
                lines);
    }

    private static StatementLine line(ResultSet row) throws SQLException {
        boolean priced = row.getBigDecimal("prompt_per_million") != null;
        return new StatementLine(
                row.getInt("line"),
                EntryKind.valueOf(row.getString("kind")),
                row.getString("project_id"),
                row.getString("project_name"),
                row.getString("model"),
                row.getString("price_rule_id"),
                row.getBoolean("late"),
                tokens(row, "prompt_tokens"),
                tokens(row, "cached_tokens"),
                tokens(row, "generated_tokens"),
                priced
                        ? new LinePrices(
                                amount(row, "prompt_per_million"),
                                amount(row, "cached_per_million"),
                                amount(row, "generated_per_million"))
                        : null,
                amount(row, "amount"));
    }

    private static BigInteger tokens(ResultSet row, String column) throws SQLException {
        return row.getBigDecimal(column).toBigIntegerExact();
    }

    private static BigDecimal amount(ResultSet row, String column) throws SQLException {
        return Decimals.plain(row.getBigDecimal(column));
    }
}
