package dev.molink.controlplane.admission;

import dev.molink.controlplane.usage.SettlementStep;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** One replica's part in keeping the limits: its shares, its leases and the thread that keeps them. */
final class LimitReplica implements AutoCloseable {

    private final String gatewayId;
    private final LocalShares shares;
    private final RunningLeases leases;
    private final QuotaAdmissions admissions;
    private final LimitSettlement settlement;
    private final LimitKeeper keeper;

    LimitReplica(
            String gatewayId,
            LimitSettings settings,
            DatabaseTime time,
            LimitRows limits,
            BoundStore store,
            NamedParameterJdbcOperations database,
            Wallets wallets,
            List<BudgetEvents> listeners) {
        this.gatewayId = gatewayId;
        LimitBook book = new LimitBook(limits);
        Windows windows = new Windows(settings.zone());
        SettlementActivity activity = new SettlementActivity();
        shares = new LocalShares(time, settings);
        leases = new RunningLeases(shares, settings.settlementGrace());
        admissions =
                new QuotaAdmissions(book, wallets, new QuotaAdmissions.Parts(shares, windows, time, leases, settings));
        BudgetCrossings crossings = new BudgetCrossings(database, book, time, settings.budgetThresholds(), listeners);
        settlement =
                new LimitSettlement(leases, book, windows, new SettledBounds(database, gatewayId, crossings), activity);
        keeper = new LimitKeeper(
                gatewayId, shares, store, time, windows, book, wallets, leases, activity, settings.expiry());
        book.loaded();
    }

    String gatewayId() {
        return gatewayId;
    }

    Admissions admissions() {
        return admissions;
    }

    SettlementStep settlement() {
        return settlement;
    }

    LocalShares shares() {
        return shares;
    }

    RunningLeases leases() {
        return leases;
    }

    LimitKeeper keeper() {
        return keeper;
    }

    /** @param recordsWait whether usage records wait on this gateway's disk for the database */
    LimitReplica start(BooleanSupplier recordsWait) {
        leases.settleAfter(recordsWait);
        keeper.start();
        return this;
    }

    @Override
    public void close() {
        keeper.close();
    }
}
