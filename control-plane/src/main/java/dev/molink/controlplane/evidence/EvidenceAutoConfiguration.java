package dev.molink.controlplane.evidence;

import dev.molink.controlplane.journal.JournalAutoConfiguration;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Evidence of stages as beans. */
@AutoConfiguration(after = {StorageAutoConfiguration.class, JournalAutoConfiguration.class})
public class EvidenceAutoConfiguration {

    @Bean
    EvidenceStore evidenceStore(NamedParameterJdbcOperations database, Transactions transactions, InstantSource clock) {
        return new EvidenceStore(database, transactions, clock);
    }

    /** Lazy, as the journals' folder is: only a gateway takes evidence. */
    @Bean
    @Lazy
    EvidenceJournal evidenceJournal(EvidenceStore store, JournalFolder folder) {
        return new EvidenceJournal(store::recordAll, folder);
    }
}
