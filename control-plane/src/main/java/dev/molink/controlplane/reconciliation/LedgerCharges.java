package dev.molink.controlplane.reconciliation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * What settlements moved in the ledger, by request: charges into revenue, less those that settlements took back. What people
 * correct by hand is a decision and no settlement, so it does not count.
 */
final class LedgerCharges {

    private static final String SELECT = """
            SELECT entry.request_id, book.organization_id, book.currency,
                SUM(CASE WHEN target.kind = 'REVENUE' THEN entry.amount ELSE -entry.amount END) AS amount
            FROM ledger_entry entry
                JOIN ledger_book book ON book.book_id = entry.book_id
                JOIN ledger_account target ON target.account_id = entry.to_account_id
            WHERE entry.kind = 'CHARGE' AND entry.actor_id = 'system' AND %s
            GROUP BY entry.request_id, book.organization_id, book.currency""";
    private static final String OF_REQUESTS = SELECT.formatted("entry.request_id IN (:requestIds)");
    private static final String WITHOUT_USAGE = SELECT.formatted("""
            entry.occurred_at >= :from AND entry.occurred_at < :until
                AND NOT EXISTS (SELECT 1 FROM usage_record usage WHERE usage.request_id = entry.request_id)""");

    private final NamedParameterJdbcOperations database;

    LedgerCharges(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    /** By request; requests for which nothing was moved are not in it. */
    Map<String, List<BookedCharge>> of(List<String> requestIds) {
        Map<String, List<BookedCharge>> charges = new HashMap<>();
        if (!requestIds.isEmpty()) {
            database.query(OF_REQUESTS, new MapSqlParameterSource("requestIds", requestIds), LedgerCharges::read)
                    .forEach(each -> charges.computeIfAbsent(each.requestId(), _ -> new ArrayList<>())
                            .add(each));
        }
        return charges;
    }

    /** Of requests that nobody booked as used. */
    List<BookedCharge> withoutUsage(Instant from, Instant until) {
        MapSqlParameterSource range = new MapSqlParameterSource("from", from.atOffset(ZoneOffset.UTC))
                .addValue("until", until.atOffset(ZoneOffset.UTC));
        return database.query(WITHOUT_USAGE, range, LedgerCharges::read);
    }

    private static BookedCharge read(ResultSet row, int number) throws SQLException {
        return new BookedCharge(
                row.getString("request_id"),
                row.getString("organization_id"),
                row.getString("currency"),
                row.getBigDecimal("amount"));
    }
}
