package dev.molink.controlplane.ledger;

import dev.molink.controlplane.pricing.Decimals;
import dev.molink.controlplane.pricing.TokenCounts;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** Entries and accounts as rows. */
final class EntryRows {

    static final String INSERT = """
            INSERT INTO ledger_entry (entry_id, idempotency_key, book_id, from_account_id, to_account_id, amount, kind,
                billing_month, late, request_id, project_id, model, price_rule_id, prompt_tokens, cached_tokens,
                generated_tokens, reason, actor_id, reversal_of, occurred_at, posted_at)
            VALUES (:entryId, :idempotencyKey, :bookId, :from, :to, :amount, :kind, :billingMonth, :late, :requestId,
                :projectId, :model, :priceRuleId, :promptTokens, :cachedTokens, :generatedTokens, :reason, :actorId,
                :reversalOf, :occurredAt, :postedAt)""";
    static final String SELECT = """
            SELECT e.entry_id, e.idempotency_key, b.organization_id, b.currency, e.from_account_id, f.kind AS from_kind,
                f.expires_at AS from_expires_at, f.created_at AS from_created_at, e.to_account_id, t.kind AS to_kind,
                t.expires_at AS to_expires_at, t.created_at AS to_created_at, e.amount, e.kind, e.billing_month, e.late,
                e.request_id, e.project_id, e.model, e.price_rule_id, e.prompt_tokens, e.cached_tokens,
                e.generated_tokens, e.reason, e.actor_id, e.reversal_of, e.occurred_at, e.posted_at
            FROM ledger_entry e
                JOIN ledger_book b ON b.book_id = e.book_id
                JOIN ledger_account f ON f.account_id = e.from_account_id
                JOIN ledger_account t ON t.account_id = e.to_account_id
            """;

    private EntryRows() {}

    static SqlParameterSource parameters(LedgerEntry entry) {
        return request(entry.request())
                .addValue("entryId", entry.entryId())
                .addValue("idempotencyKey", entry.idempotencyKey())
                .addValue("bookId", entry.book().id())
                .addValue("from", entry.from().accountId())
                .addValue("to", entry.to().accountId())
                .addValue("amount", entry.amount())
                .addValue("kind", entry.kind().name())
                .addValue("billingMonth", entry.billingMonth().toString())
                .addValue("late", entry.late())
                .addValue("reason", entry.reason())
                .addValue("actorId", entry.actorId())
                .addValue("reversalOf", entry.reversalOf(), Types.VARCHAR)
                .addValue("occurredAt", zoned(entry.occurredAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("postedAt", zoned(entry.postedAt()), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    private static MapSqlParameterSource request(@Nullable ChargedRequest request) {
        TokenCounts tokens = request == null ? null : request.tokens();
        return new MapSqlParameterSource()
                .addValue("requestId", request == null ? null : request.requestId(), Types.VARCHAR)
                .addValue("projectId", request == null ? null : request.projectId(), Types.VARCHAR)
                .addValue("model", request == null ? null : request.model(), Types.VARCHAR)
                .addValue("priceRuleId", request == null ? null : request.priceRuleId(), Types.VARCHAR)
                .addValue("promptTokens", tokens == null ? null : tokens.promptTokens(), Types.BIGINT)
                .addValue("cachedTokens", tokens == null ? null : tokens.cachedTokens(), Types.BIGINT)
                .addValue("generatedTokens", tokens == null ? null : tokens.generatedTokens(), Types.BIGINT);
    }

    static LedgerEntry read(ResultSet row, int number) throws SQLException {
        BookKey book = new BookKey(row.getString("organization_id"), row.getString("currency"));
        return new LedgerEntry(
                row.getString("entry_id"),
                row.getString("idempotency_key"),
                account(row, book, "from_"),
                account(row, book, "to_"),
                amount(row, "amount"),
                EntryKind.valueOf(row.getString("kind")),
                YearMonth.parse(row.getString("billing_month")),
                row.getBoolean("late"),
                request(row),
                row.getString("reason"),
                row.getString("actor_id"),
                row.getString("reversal_of"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getObject("posted_at", OffsetDateTime.class).toInstant());
    }

    static LedgerAccount account(ResultSet row, BookKey book, String prefix) throws SQLException {
        return new LedgerAccount(
                row.getString(prefix + "account_id"),
                book,
                AccountKind.valueOf(row.getString(prefix + "kind")),
                instant(row.getObject(prefix + "expires_at", OffsetDateTime.class)),
                row.getObject(prefix + "created_at", OffsetDateTime.class).toInstant());
    }

    static BigDecimal amount(ResultSet row, String column) throws SQLException {
        return Decimals.plain(row.getBigDecimal(column));
    }

    static @Nullable OffsetDateTime zoned(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable ChargedRequest request(ResultSet row) throws SQLException {
        String requestId = row.getString("request_id");
        return requestId == null
                ? null
                : new ChargedRequest(
                        requestId,
                        row.getString("project_id"),
                        row.getString("model"),
                        row.getString("price_rule_id"),
                        new TokenCounts(
                                row.getLong("prompt_tokens"),
                                row.getLong("cached_tokens"),
                                row.getLong("generated_tokens")));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime zoned) {
        return zoned == null ? null : zoned.toInstant();
    }
}
