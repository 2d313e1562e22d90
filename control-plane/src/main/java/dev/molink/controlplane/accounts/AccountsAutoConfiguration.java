package dev.molink.controlplane.accounts;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;

/** Accounts as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
public class AccountsAutoConfiguration {

    @Bean
    Accounts accounts(
            AccountRepository accounts, Transactions transactions, Identifiers identifiers, InstantSource clock) {
        return new Accounts(
                accounts, transactions, PasswordEncoderFactories.createDelegatingPasswordEncoder(), identifiers, clock);
    }
}
