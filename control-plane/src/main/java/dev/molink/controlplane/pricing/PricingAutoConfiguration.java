package dev.molink.controlplane.pricing;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Prices as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
@EnableConfigurationProperties(PriceSettings.class)
public class PricingAutoConfiguration {

    @Bean
    PriceRows priceRows(JdbcClient database) {
        return new PriceRows(database);
    }

    @Bean(initMethod = "load")
    StoredPriceBook priceBook(PriceRows rows) {
        return new StoredPriceBook(rows);
    }

    @Bean
    Prices prices(
            PriceRows rows,
            StoredPriceBook book,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        return new Prices(rows, book, transactions, identifiers, clock);
    }

    @Bean
    RepeatedTask priceChangePoll(StoredPriceBook book, PriceSettings settings) {
        return new RepeatedTask("price-changes", settings.changePoll(), book::poll);
    }
}
