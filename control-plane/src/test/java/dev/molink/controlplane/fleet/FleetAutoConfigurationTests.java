package dev.molink.controlplane.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RepeatedTask;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

class FleetAutoConfigurationTests {

    private final ApplicationContextRunner process = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(FleetAutoConfiguration.class))
            .withUserConfiguration(Storage.class);
    private final ApplicationContextRunner gateway = process.withUserConfiguration(Registry.class);

    @Test
    void aGatewaysViewIsItsRegistry() {
        gateway.run(context -> assertThat(context.getBean(FleetView.class)).isInstanceOf(FleetRegistry.class));
    }

    @Test
    void aGatewayPublishesWhatItSeesInADatabaseThatOthersCanRead() {
        gateway.withPropertyValues("molink.database.url=jdbc:postgresql://db/molink")
                .run(context -> assertThat(context).hasSingleBean(RepeatedTask.class));
    }

    @Test
    void aGatewayOnAFileDatabaseWritesNothing() {
        gateway.run(context -> assertThat(context).doesNotHaveBean(RepeatedTask.class));
    }

    @Test
    void aConsoleOnItsOwnSeesWhatGatewaysPublished() {
        process.run(context -> {
            assertThat(context.getBean(FleetView.class)).isInstanceOf(FleetLeases.class);
            assertThat(context).doesNotHaveBean(RepeatedTask.class);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Storage {

        private final DriverManagerDataSource source = new DriverManagerDataSource("jdbc:h2:mem:fleet");

        @Bean
        NamedParameterJdbcOperations database() {
            return new NamedParameterJdbcTemplate(source);
        }

        @Bean
        PlatformTransactionManager transactions() {
            return new JdbcTransactionManager(source);
        }

        @Bean
        InstantSource clock() {
            return InstantSource.system();
        }

        @Bean
        Identifiers identifiers() {
            return new Identifiers(new Random(1));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Registry {

        @Bean
        FleetRegistry registry() {
            return new FleetRegistry(FleetTime.system(), event -> {});
        }
    }
}
