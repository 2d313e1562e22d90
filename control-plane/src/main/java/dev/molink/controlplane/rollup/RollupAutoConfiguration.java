package dev.molink.controlplane.rollup;

import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PricingAutoConfiguration;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.transaction.PlatformTransactionManager;

/** Sums over usage as beans. */
@AutoConfiguration(after = {StorageAutoConfiguration.class, PricingAutoConfiguration.class})
@EnableConfigurationProperties(RollupSettings.class)
public class RollupAutoConfiguration {

    /** Of the settlement's steps: after those that may refuse a record. */
    private static final int LATE = 1000;

    @Bean
    @Order(LATE)
    RollupStep rollupStep(NamedParameterJdbcOperations database, RollupSettings settings) {
        return new RollupStep(database, new EndUsers(database, settings.endUsersPerHour()));
    }

    @Bean
    UsageReports usageReports(NamedParameterJdbcOperations database) {
        return new UsageReports(database);
    }

    @Bean
    CostReports costReports(UsageReports usage, PriceBook prices) {
        return new CostReports(usage, prices);
    }

    @Bean
    RollupProof rollupProof(NamedParameterJdbcOperations database, PlatformTransactionManager transactions) {
        return new RollupProof(database, transactions);
    }
}
