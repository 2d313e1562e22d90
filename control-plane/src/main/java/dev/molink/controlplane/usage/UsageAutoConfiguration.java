package dev.molink.controlplane.usage;

import dev.molink.controlplane.journal.JournalAutoConfiguration;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Usage records as beans. */
@AutoConfiguration(after = {StorageAutoConfiguration.class, JournalAutoConfiguration.class})
public class UsageAutoConfiguration {

    @Bean
    UsageStore usageStore(
            NamedParameterJdbcOperations database,
            PlatformTransactionManager transactions,
            UsageCharging charging,
            ObjectProvider<SettlementStep> steps) {
        return new UsageStore(
                database,
                new TransactionTemplate(transactions),
                charging,
                steps.orderedStream().toList());
    }

    /** Lazy, as the journal's folder is: only a gateway records usage. */
    @Bean
    @Lazy
    UsageJournal usageJournal(UsageStore store, JournalFolder folder, ObjectProvider<UsageListener> listeners) {
        return new UsageJournal(
                store::recordAll, folder, listeners.orderedStream().toList());
    }
}
