package dev.molink.controlplane.storage;

import com.zaxxer.hikari.HikariDataSource;
import dev.molink.controlplane.Identifiers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.PropertySource;
import org.springframework.transaction.PlatformTransactionManager;

/** The database that the settings name, with Hibernate on it. Flyway brings it up to date before anybody uses it. */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@AutoConfigurationPackage(basePackages = "dev.molink.controlplane")
@EnableConfigurationProperties({DataSettings.class, DatabaseSettings.class})
@PropertySource("classpath:dev/molink/controlplane/storage/persistence.properties")
public class StorageAutoConfiguration {

    private static final int MIN_IDLE_CONNECTIONS = 2;
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

    @Bean
    @ConditionalOnMissingBean(DataSource.class)
    HikariDataSource dataSource(DataSettings files, DatabaseSettings database) throws IOException {
        Path data = PrivateFolder.make(files.data());
        HikariDataSource source = new HikariDataSource();
        source.setPoolName("molink-database");
        source.setJdbcUrl(database.urlIn(data));
        source.setUsername(database.user());
        source.setPassword(database.password());
        source.setMaximumPoolSize(database.maxConnections());
        source.setMinimumIdle(MIN_IDLE_CONNECTIONS);
        source.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        return source;
    }

    @Bean
    @ConditionalOnMissingBean
    InstantSource instantSource() {
        return Clock.systemUTC();
    }

    @Bean
    @ConditionalOnMissingBean(RandomGenerator.class)
    SecureRandom secureRandom() {
        return new SecureRandom();
    }

    @Bean
    Transactions transactions(PlatformTransactionManager manager) {
        return new Transactions(manager);
    }

    @Bean
    Identifiers identifiers(RandomGenerator random) {
        return new Identifiers(random);
    }
}
