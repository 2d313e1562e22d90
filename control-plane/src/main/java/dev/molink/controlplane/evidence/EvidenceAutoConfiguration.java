package dev.molink.controlplane.evidence;

import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Evidence of stages as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
public class EvidenceAutoConfiguration {

    @Bean
    EvidenceStore evidenceStore(NamedParameterJdbcOperations database, Transactions transactions, InstantSource clock) {
        return new EvidenceStore(database, transactions, clock);
    }

    @Bean
    EvidenceJournal evidenceJournal(EvidenceStore store) {
        return new EvidenceJournal(store);
    }
}
