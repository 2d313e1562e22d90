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
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

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
        if (source.getJdbcUrl().startsWith("jdbc:postgresql:")) {
            noticeSilence(source);
        }
        return source;
    }

    /** A server that hangs, or a network that is gone, must not hold threads for ever. What the URL says comes first. */
    private static void noticeSilence(HikariDataSource source) {
        source.addDataSourceProperty("connectTimeout", seconds(CONNECTION_TIMEOUT));
        source.addDataSourceProperty("socketTimeout", seconds(ANSWER_TIMEOUT));
        source.addDataSourceProperty("tcpKeepAlive", "true");
    }

    private static String seconds(Duration time) {
        return Long.toString(time.toSeconds());
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
