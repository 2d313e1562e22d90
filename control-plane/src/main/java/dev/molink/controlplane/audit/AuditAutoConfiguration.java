package dev.molink.controlplane.audit;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The audit log as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
public class AuditAutoConfiguration {

    @Bean
    AuditTrail auditTrail(JdbcClient database, Identifiers identifiers, InstantSource clock) {
        return new ChainedAuditTrail(new AuditTable(database), identifiers, clock);
    }

    @Bean
    AuditedWrites auditedWrites(AuditTrail trail, Transactions transactions) {
        return new AuditedWrites(trail, transactions);
    }

    @Bean
    AuditLog auditLog(JdbcClient database) {
        return new AuditLog(database);
    }

    @Bean
    AuditProof auditProof(JdbcClient database, Transactions transactions) {
        return new AuditProof(new AuditTable(database), transactions);
    }
}
