package dev.molink.controlplane.settlement;

import dev.molink.controlplane.pricing.ChargingRule;
import dev.molink.controlplane.pricing.ChargingSettings;
import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PricingAutoConfiguration;
import dev.molink.controlplane.usage.UsageCharging;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The charging of settled requests as a bean. */
@AutoConfiguration(after = PricingAutoConfiguration.class)
@EnableConfigurationProperties(ChargingSettings.class)
public class SettlementAutoConfiguration {

    @Bean
    UsageCharging usageCharging(PriceBook prices, ChargingSettings settings) {
        return new RecordCharging(prices, new ChargingRule(settings));
    }
}
