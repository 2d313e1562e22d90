package dev.molink.controlplane.access;

import dev.molink.controlplane.storage.StorageAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What administration is about, as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
public class AccessAutoConfiguration {

    @Bean
    Organizations organizations(JdbcClient database) {
        return new Organizations(database);
    }
}
