package dev.molink.controlplane.accounts;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Accounts as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
public class AccountsAutoConfiguration {

    @Bean
    Owners owners(JdbcClient database) {
        return new Owners(database);
    }

    @Bean
    Accounts accounts(
            JdbcClient database,
            Owners owners,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        return new Accounts(new AccountRows(database), owners, new PasswordHashes(), transactions, identifiers, clock);
    }

    @Bean
    ProviderAccounts providerAccounts(
            JdbcClient database, Accounts accounts, Owners owners, Transactions transactions, InstantSource clock) {
        return new ProviderAccounts(new AccountRows(database), accounts, owners, transactions, clock);
    }
}
