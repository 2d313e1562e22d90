package dev.molink.controlplane.usage;

import dev.molink.controlplane.settlement.SettlementStep;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Usage records as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
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

    @Bean
    UsageJournal usageJournal(UsageStore store) {
        return new UsageJournal(store);
    }
}
