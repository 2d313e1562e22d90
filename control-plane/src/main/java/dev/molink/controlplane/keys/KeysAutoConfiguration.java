package dev.molink.controlplane.keys;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.audit.AuditedWrites;
import dev.molink.controlplane.storage.DataSettings;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.ProjectRepository;
import dev.molink.controlplane.tenancy.ServiceAccountRepository;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.controlplane.tenancy.TenancyAutoConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** API keys and service accounts as beans. */
@AutoConfiguration(after = TenancyAutoConfiguration.class)
@EnableConfigurationProperties(KeySettings.class)
public class KeysAutoConfiguration {

    private static final Duration USE_WRITE_PAUSE = Duration.ofMinutes(1);
    private static final Duration PEPPER_POLL = Duration.ofSeconds(5);

    @Bean
    Peppers peppers(KeySettings settings, DataSettings files, RandomGenerator random) throws IOException {
        return Peppers.in(pepperPath(settings, files), random);
    }

    @Bean
    PepperRotation pepperRotation(
            KeySettings settings,
            DataSettings files,
            Peppers peppers,
            ApiKeyRepository keys,
            KeyVerifier verifier,
            Transactions transactions,
            RandomGenerator random,
            InstantSource clock) {
        PepperFile file = new PepperFile(pepperPath(settings, files));
        return new PepperRotation(file, peppers, keys, verifier, transactions, random, clock);
    }

    @Bean
    KeyChanges keyChanges(JdbcClient database) {
        return new KeyChanges(database);
    }

    @Bean
    KeyUses keyUses(JdbcTemplate database, Transactions transactions, KeySettings settings) {
        return new KeyUses(database, transactions, settings.maxCached());
    }

    @Bean
    KeyVerifier keyVerifier(
            ApiKeyRepository keys,
            Peppers peppers,
            KeyChanges changes,
            KeyUses uses,
            KeySettings settings,
            InstantSource clock) {
        return new KeyVerifier(keys, peppers, changes, uses, settings, clock);
    }

    @Bean
    KeyTransactions keyTransactions(Transactions transactions, KeyChanges changes, KeyVerifier verifier) {
        return new KeyTransactions(transactions, changes, verifier);
    }

    @Bean
    ApiKeys apiKeys(
            ApiKeyRepository keys,
            ProjectRepository projects,
            ServiceAccountRepository serviceAccounts,
            KeySettings settings,
            Peppers peppers,
            KeyTransactions keyTransactions,
            Transactions transactions,
            RandomGenerator random,
            InstantSource clock) {
        return new ApiKeys(
                keys, projects, serviceAccounts, settings, peppers, keyTransactions, transactions, random, clock);
    }

    @Bean
    ServiceAccounts serviceAccounts(
            ServiceAccountRepository accounts,
            ProjectRepository projects,
            ApiKeyRepository keys,
            KeyTransactions keyTransactions,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        return new ServiceAccounts(accounts, projects, keys, keyTransactions, transactions, identifiers, clock);
    }

    @Bean
    AuditedKeys auditedKeys(
            ApiKeys keys, Tenancy tenancy, ProjectSettings settings, AuditedWrites writes, InstantSource clock) {
        return new AuditedKeys(keys, tenancy, settings, writes, clock);
    }

    @Bean
    ProjectSettings projectSettings(ProjectRepository projects, KeyTransactions transactions, InstantSource clock) {
        return new ProjectSettings(projects, transactions, clock);
    }

    @Bean
    RepeatedTask keyChangePoll(KeyVerifier verifier, KeySettings settings) {
        return new RepeatedTask("key-changes", settings.changePoll(), verifier::poll);
    }

    @Bean
    RepeatedTask keyUseWriter(KeyUses uses) {
        return new RepeatedTask("key-uses", USE_WRITE_PAUSE, uses::write);
    }

    @Bean
    RepeatedTask pepperPoll(PepperRotation rotation) {
        return new RepeatedTask("key-peppers", PEPPER_POLL, rotation::poll);
    }

    private static Path pepperPath(KeySettings settings, DataSettings files) {
        Path file = settings.pepperFile();
        return file == null ? files.data().resolve("key-peppers") : file;
    }
}
