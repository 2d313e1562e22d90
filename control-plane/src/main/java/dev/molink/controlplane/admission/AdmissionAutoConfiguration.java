package dev.molink.controlplane.admission;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.journal.JournalAutoConfiguration;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.ledger.LedgerAutoConfiguration;
import dev.molink.controlplane.ledger.WalletBalance;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.usage.SettlementStep;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Limits as beans. The keeper works only in a process that admits requests: one that asks for {@link Admissions}. */
@AutoConfiguration(
        after = {StorageAutoConfiguration.class, LedgerAutoConfiguration.class, JournalAutoConfiguration.class})
@EnableConfigurationProperties(LimitSettings.class)
public class AdmissionAutoConfiguration {

    @Bean
    UsageLimits usageLimits(
            JdbcClient database, Transactions transactions, Identifiers identifiers, InstantSource clock) {
        return new UsageLimits(new LimitRows(database), database, transactions, identifiers, clock);
    }

    @Bean
    LimitReplica limitReplica(
            LimitSettings settings,
            JdbcClient database,
            NamedParameterJdbcOperations rows,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock,
            WalletBalance ledger,
            ObjectProvider<BudgetEvents> listeners) {
        Wallets wallets = new LedgerWallets(ledger, database);
        return new LimitReplica(
                identifiers.next("gw"),
                settings,
                new DatabaseTime(clock, System::nanoTime),
                new LimitRows(database),
                new SharedBounds(rows, transactions, wallets),
                rows,
                wallets,
                listeners.orderedStream().toList());
    }

    @Bean
    SettlementStep limitSettlement(LimitReplica replica) {
        return replica.settlement();
    }

    /** The first that asks for it starts the keeper: a console admits no requests and holds no shares. */
    @Bean
    @Lazy
    Admissions admissions(LimitReplica replica, JournalFolder journals) {
        return replica.start(() -> !journals.usage().isEmpty()).admissions();
    }
}
