package dev.molink.gateway.usage;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class UsageSetup {

    @Bean
    UsageSettlement usageSettlement(
            UsageRecords records, Accounting.Codec codec, GatewayMeters meters, UsageSettings settings) {
        return new UsageSettlement(records, codec, meters, settings.grace());
    }
}
