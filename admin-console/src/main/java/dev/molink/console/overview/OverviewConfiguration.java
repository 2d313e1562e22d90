package dev.molink.console.overview;

import dev.molink.controlplane.usage.UsageStore;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The overview's pages. */
@Configuration(proxyBeanMethods = false)
@Import(OverviewController.class)
public class OverviewConfiguration {

    @Bean
    RecentUsage recentUsage(UsageStore usage, InstantSource clock) {
        return new RecentUsage(usage, clock);
    }
}
