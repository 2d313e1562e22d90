package dev.molink.controlplane.tenancy;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Organizations and projects as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
@EnableConfigurationProperties(TenancySettings.class)
public class TenancyAutoConfiguration {

    @Bean
    Tenancy tenancy(
            OrganizationRepository organizations,
            ProjectRepository projects,
            TenancySettings settings,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        return new Tenancy(organizations, projects, settings, transactions, identifiers, clock);
    }
}
