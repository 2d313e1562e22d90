package dev.molink.controlplane.keys;

import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.storage.DataSettings;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.ProjectRepository;
import dev.molink.controlplane.tenancy.TenancyAutoConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** API keys as beans. */
@AutoConfiguration(after = TenancyAutoConfiguration.class)
@EnableConfigurationProperties(KeySettings.class)
public class KeysAutoConfiguration {

    @Bean
    Peppers peppers(KeySettings settings, DataSettings files, RandomGenerator random) throws IOException {
        Path file = settings.pepperFile();
        return Peppers.in(file == null ? files.data().resolve("key-peppers") : file, random);
    }

    @Bean
    KeyChanges keyChanges(JdbcClient database) {
        return new KeyChanges(database);
    }

    @Bean
    KeyVerifier keyVerifier(
            ApiKeyRepository keys, Peppers peppers, KeyChanges changes, KeySettings settings, InstantSource clock) {
        return new KeyVerifier(keys, peppers, changes, settings, clock);
    }

    @Bean
    ApiKeys apiKeys(
            ApiKeyRepository keys,
            ProjectRepository projects,
            KeySettings settings,
            Peppers peppers,
            KeyChanges changes,
            KeyVerifier verifier,
            Transactions transactions,
            RandomGenerator random,
            InstantSource clock) {
        return new ApiKeys(keys, projects, settings, peppers, changes, verifier, transactions, random, clock);
    }

    @Bean
    ProjectSettings projectSettings(
            ProjectRepository projects, KeyChanges changes, KeyVerifier verifier, Transactions transactions) {
        return new ProjectSettings(projects, changes, verifier, transactions);
    }

    @Bean
    RepeatedTask keyChangePoll(KeyVerifier verifier, KeySettings settings) {
        return new RepeatedTask("key-changes", settings.changePoll(), verifier::poll);
    }
}
