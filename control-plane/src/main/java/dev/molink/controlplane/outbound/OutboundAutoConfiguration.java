package dev.molink.controlplane.outbound;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The way out as a bean. */
@AutoConfiguration
@EnableConfigurationProperties(OutboundSettings.class)
public class OutboundAutoConfiguration {

    @Bean
    OutboundHttp outboundHttp(OutboundSettings settings) {
        return new OutboundHttp(settings);
    }
}
