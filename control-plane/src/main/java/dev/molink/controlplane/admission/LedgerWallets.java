package dev.molink.controlplane.admission;

import dev.molink.controlplane.ledger.WalletBalance;
import java.math.BigDecimal;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Wallets as the ledger has them. */
final class LedgerWallets implements Wallets {

    /** For an organization that pays afterwards since a moment ago: no wallet bounds it. */
    private static final BigDecimal UNBOUNDED = new BigDecimal("1000000000000000000");

    private final WalletBalance ledger;
    private final JdbcClient database;
    private volatile Set<Wallet> wallets = Set.of();

    private record Wallet(String organizationId, String currency) {}

    LedgerWallets(WalletBalance ledger, JdbcClient database) {
        this.ledger = ledger;
        this.database = database;
    }

    @Override
    public boolean prepaid(String organizationId, String currency) {
        return wallets.contains(new Wallet(organizationId, currency));
    }

    @Override
    public void refresh() {
        wallets = Set.copyOf(database.sql("SELECT organization_id, currency FROM ledger_book WHERE terms = 'PREPAID'")
                .query((row, number) -> new Wallet(row.getString("organization_id"), row.getString("currency")))
                .list());
    }

    @Override
    public BigDecimal balance(String organizationId, String currency) {
        return ledger.available(organizationId, currency).orElse(UNBOUNDED);
    }
}
