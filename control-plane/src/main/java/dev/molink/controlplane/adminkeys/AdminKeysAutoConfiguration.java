package dev.molink.controlplane.adminkeys;

import dev.molink.controlplane.access.AccessAutoConfiguration;
import dev.molink.controlplane.access.Organizations;
import dev.molink.controlplane.audit.AuditAutoConfiguration;
import dev.molink.controlplane.audit.AuditTrail;
import dev.molink.controlplane.keys.KeysAutoConfiguration;
import dev.molink.controlplane.keys.Peppers;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Admin keys as beans. */
@AutoConfiguration(after = {AccessAutoConfiguration.class, KeysAutoConfiguration.class, AuditAutoConfiguration.class})
public class AdminKeysAutoConfiguration {

    @Bean
    AdminKeys adminKeys(
            JdbcClient database,
            Peppers peppers,
            AuditTrail audit,
            Transactions transactions,
            RandomGenerator random,
            InstantSource clock) {
        return new AdminKeys(new AdminKeyTable(database), peppers, audit, transactions, random, clock);
    }

    @Bean
    FirstAdminKey firstAdminKey(AdminKeys keys, Organizations organizations) {
        return new FirstAdminKey(keys, organizations);
    }

    @Bean
    AdminKeyVerifier adminKeyVerifier(JdbcClient database, Peppers peppers, InstantSource clock) {
        return new AdminKeyVerifier(new AdminKeyTable(database), peppers, clock);
    }
}
