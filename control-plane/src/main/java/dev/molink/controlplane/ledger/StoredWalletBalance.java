package dev.molink.controlplane.ledger;

import dev.molink.controlplane.pricing.Decimals;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads it from the projected balances. */
final class StoredWalletBalance implements WalletBalance {

    private static final String AVAILABLE = """
            SELECT COALESCE(SUM(b.balance), 0)
            FROM ledger_book k
                JOIN ledger_account a ON a.book_id = k.book_id
                JOIN ledger_balance b ON b.account_id = a.account_id
            WHERE k.book_id = :bookId AND k.terms = 'PREPAID'
                AND CASE a.kind WHEN 'WALLET' THEN TRUE WHEN 'RECEIVABLE' THEN TRUE
                    WHEN 'CREDIT' THEN a.expires_at IS NULL OR a.expires_at > :now ELSE FALSE END
            GROUP BY k.book_id""";

    private final JdbcClient database;
    private final BillingCalendar calendar;

    StoredWalletBalance(JdbcClient database, BillingCalendar calendar) {
        this.database = database;
        this.calendar = calendar;
    }

    @Override
    public Optional<BigDecimal> available(String organizationId, String currency) {
        return database.sql(AVAILABLE)
                .param("bookId", new BookKey(organizationId, currency).id())
                .param("now", calendar.now().atOffset(ZoneOffset.UTC))
                .query(BigDecimal.class)
                .optional()
                .map(Decimals::plain);
    }
}
