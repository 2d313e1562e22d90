package dev.molink.gateway.usage;

import dev.molink.controlplane.usage.UsageJournal;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class UsageSetup {

    @Bean
    UsageSettlement usageSettlement(
            UsageJournal journal, Accounting.Codec codec, GatewayMeters meters, UsageSettings settings) {
        return new UsageSettlement(journal, meters, codec, settings.grace());
    }
}
