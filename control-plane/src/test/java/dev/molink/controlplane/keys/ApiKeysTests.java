package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.keys.KeyVerification.Expired;
import dev.molink.controlplane.keys.KeyVerification.Revoked;
import dev.molink.controlplane.keys.KeyVerification.Unknown;
import dev.molink.controlplane.keys.KeyVerification.Valid;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.ProjectRepository;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.ServiceAccountRepository;
import dev.molink.controlplane.tenancy.Tenancy;
import jakarta.persistence.EntityManagerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys from creation to revocation, on every database. */
class ApiKeysTests {

    @ParameterizedTest
    @EnumSource
    void aNewKeyIsValidForItsProject(TestDatabase database) {
        ProjectSummary project = project(database);

        CreatedApiKey created = keys(database).create(project.projectId(), " laptop ");

        assertThat(verifier(database).verify(created.text()))
                .isEqualTo(new Valid(
                        created.key().keyId(),
                        project.projectId(),
                        project.organizationId(),
                        false,
                        true,
                        KeyScope.ANY));
        assertThat(created.key().name()).isEqualTo("laptop");
        assertThat(created.text()).startsWith("sk-live-");
    }

    @ParameterizedTest
    @EnumSource
    void theTextOfAKeyIsNowhereButInTheResultOfItsCreation(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");

        ApiKeySummary found = keys(database).find(created.key().keyId());

        assertThat(found.toString()).doesNotContain(created.text());
        assertThat(created.toString()).doesNotContain(created.text());
        assertThat(keys(database).list()).contains(found);
    }

    @ParameterizedTest
    @EnumSource
    void wrongTextsAreUnknown(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");
        KeyText text = KeyText.parse(created.text()).orElseThrow();
        KeyText otherSecret = new KeyText(text.environment(), text.publicId(), "x".repeat(40));
        KeyVerifier verifier = verifier(database);

        assertThat(verifier.verify(otherSecret.text())).isEqualTo(new Unknown());
        assertThat(verifier.verify(created.text() + "x")).isEqualTo(new Unknown());
        assertThat(verifier.verify(created.text().substring(1))).isEqualTo(new Unknown());
        assertThat(verifier.verify(KeyText.generate("live", new Random(3)).text()))
                .isEqualTo(new Unknown());
        assertThat(verifier.verify("")).isEqualTo(new Unknown());
    }

    @ParameterizedTest
    @EnumSource
    void aKeyInUseAsksTheDatabaseNothing(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");
        KeyVerifier verifier = verifier(database);
        verifier.poll();
        verifier.verify(created.text());
        verifier.verify("sk-unknown");
        Statistics statistics = database.bean(EntityManagerFactory.class)
                .unwrap(SessionFactory.class)
                .getStatistics();
        statistics.setStatisticsEnabled(true);
        statistics.clear();

        for (int i = 0; i < 100; i++) {
            assertThat(verifier.verify(created.text())).isInstanceOf(Valid.class);
            assertThat(verifier.verify("sk-unknown")).isInstanceOf(Unknown.class);
        }

        assertThat(statistics.getPrepareStatementCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aRevokedKeyStopsAtOnceAndForEver(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");
        KeyVerifier verifier = verifier(database);
        verifier.verify(created.text());

        ApiKeySummary revoked = keys(database).revoke(created.key().keyId());
        ApiKeySummary again = keys(database).revoke(created.key().keyId());

        assertThat(verifier.verify(created.text()))
                .isEqualTo(new Revoked(created.key().keyId()));
        assertThat(revoked.revoked()).isTrue();
        assertThat(again.revokedAt()).isEqualTo(revoked.revokedAt());
    }

    @ParameterizedTest
    @EnumSource
    void aVerifiedKeyTellsAtOnceWhetherItsProjectSharesPrefixes(TestDatabase database) {
        ProjectSummary project = project(database);
        CreatedApiKey created = keys(database).create(project.projectId(), "laptop");
        KeyVerifier verifier = verifier(database);
        KeyVerification before = verifier.verify(created.text());

        ProjectSummary sharing = database.bean(ProjectSettings.class).sharePrefixCache(project.projectId(), true);

        assertThat(project.sharesPrefixCache()).isFalse();
        assertThat(((Valid) before).sharesPrefixCache()).isFalse();
        assertThat(sharing.sharesPrefixCache()).isTrue();
        assertThat(((Valid) verifier.verify(created.text())).sharesPrefixCache())
                .isTrue();
        assertThat(database.bean(Tenancy.class).project(project.projectId())).isEqualTo(sharing);
    }

    @ParameterizedTest
    @EnumSource
    void anotherReplicaNoticesThatAProjectSharesPrefixesWithItsNextPoll(TestDatabase database) {
        ProjectSummary project = project(database);
        CreatedApiKey created = keys(database).create(project.projectId(), "laptop");
        KeyVerifier replica = verifierWith(database, database.bean(Peppers.class));
        replica.poll();
        replica.verify(created.text());

        database.bean(ProjectSettings.class).sharePrefixCache(project.projectId(), true);
        replica.poll();

        assertThat(((Valid) replica.verify(created.text())).sharesPrefixCache()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void settingsOfAProjectThatIsNotThereAreRefused(TestDatabase database) {
        ProjectSettings settings = database.bean(ProjectSettings.class);

        assertThatThrownBy(() -> settings.sharePrefixCache("proj_none", true))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no project 'proj_none'");
    }

    @ParameterizedTest
    @EnumSource
    void anotherReplicaNoticesARevocationWithItsNextPoll(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");
        KeyVerifier replica = verifierWith(database, database.bean(Peppers.class));
        replica.poll();
        assertThat(replica.verify(created.text())).isInstanceOf(Valid.class);
        keys(database).revoke(created.key().keyId());

        KeyVerification before = replica.verify(created.text());
        replica.poll();
        KeyVerification after = replica.verify(created.text());

        assertThat(before).isInstanceOf(Valid.class);
        assertThat(after).isInstanceOf(Revoked.class);
    }

    @ParameterizedTest
    @EnumSource
    void aKeyStopsWhenItExpires(TestDatabase database) {
        CreatedApiKey created = keys(database)
                .create(
                        project(database).projectId(),
                        "visitor",
                        database.clock().instant().plusSeconds(60));
        KeyVerification before = verifier(database).verify(created.text());

        database.clock().advance(Duration.ofSeconds(60));

        assertThat(before).isInstanceOf(Valid.class);
        assertThat(verifier(database).verify(created.text()))
                .isEqualTo(new Expired(created.key().keyId()));
        assertThat(created.key().expired(database.clock().instant())).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aFixedKeyMayHaveAnyText(TestDatabase database) {
        ProjectSummary project = project(database);
        String text = "my~demo!" + UUID.randomUUID();

        ApiKeySummary kept = keys(database).keepFixed(project.projectId(), "demo", text);
        ApiKeySummary again = keys(database).keepFixed(project.projectId(), "demo", text);

        assertThat(verifier(database).verify(text))
                .isEqualTo(new Valid(
                        kept.keyId(), project.projectId(), project.organizationId(), false, true, KeyScope.ANY));
        assertThat(again).isEqualTo(kept);
    }

    @ParameterizedTest
    @EnumSource
    void aFixedKeyMayLookLikeAGeneratedOne(TestDatabase database) {
        String text = KeyText.generate("live", new Random(UUID.randomUUID().hashCode()))
                .text();

        keys(database).keepFixed(project(database).projectId(), "demo", text);

        assertThat(verifier(database).verify(text)).isInstanceOf(Valid.class);
    }

    @ParameterizedTest
    @EnumSource
    void theNextFixedKeyOfTheNameTakesThePlaceOfTheLast(TestDatabase database) {
        String projectId = project(database).projectId();
        String first = "first-" + UUID.randomUUID();
        String second = "second-" + UUID.randomUUID();
        keys(database).keepFixed(projectId, "demo", first);

        keys(database).keepFixed(projectId, "demo", second);

        assertThat(verifier(database).verify(first)).isInstanceOf(Revoked.class);
        assertThat(verifier(database).verify(second)).isInstanceOf(Valid.class);
        keys(database).keepFixed(projectId, "demo", first);
        assertThat(verifier(database).verify(first)).isInstanceOf(Valid.class);
    }

    @ParameterizedTest
    @EnumSource
    void aTextThatIsAnotherKeyIsNoFixedKey(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");

        assertRefused(
                () -> keys(database).keepFixed(created.key().projectId(), "demo", created.text()),
                Reason.NAME_TAKEN,
                "the text of another key");
        assertThat(verifier(database).verify(created.text())).isInstanceOf(Valid.class);
    }

    @ParameterizedTest
    @EnumSource
    void keysOfAnOlderPepperStayValid(TestDatabase database, @TempDir Path folder) throws Exception {
        Path file = folder.resolve("key-peppers");
        Files.writeString(file, "old %s%n".formatted("0a".repeat(32)));
        ProjectSummary project = project(database);
        CreatedApiKey older = withPeppers(database, file).create(project.projectId(), "older");
        Files.writeString(file, "old %s%nnew %s%n".formatted("0a".repeat(32), "0b".repeat(32)));
        CreatedApiKey newer = withPeppers(database, file).create(project.projectId(), "newer");

        KeyVerifier verifier = verifierWith(database, Peppers.in(file, new Random(1)));

        assertThat(verifier.verify(older.text())).isInstanceOf(Valid.class);
        assertThat(verifier.verify(newer.text())).isInstanceOf(Valid.class);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatWasWrong(TestDatabase database) {
        ApiKeys keys = keys(database);
        String projectId = project(database).projectId();

        assertRefused(() -> keys.create("proj_none", "laptop"), Reason.NOT_FOUND, "there is no project 'proj_none'");
        assertRefused(() -> keys.create(projectId, " "), Reason.INVALID_VALUE, "has 1 to 100 characters");
        assertRefused(
                () -> keys.create(projectId, "a\tb"), Reason.INVALID_VALUE, "must not contain control characters");
        assertRefused(() -> keys.revoke("key_none"), Reason.NOT_FOUND, "there is no API key 'key_none'");
        assertRefused(() -> keys.keepFixed(projectId, "demo", "short"), Reason.INVALID_VALUE, "this one has 5");
        assertRefused(() -> keys.keepFixed(projectId, "demo", "with a blank"), Reason.INVALID_VALUE, "without blanks");
    }

    private static void assertRefused(Runnable call, Reason reason, String part) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageContaining(part);
    }

    private static ProjectSummary project(TestDatabase database) {
        return database.bean(Tenancy.class)
                .createProject(Tenancy.DEFAULT_ORGANIZATION, UUID.randomUUID().toString());
    }

    private static ApiKeys keys(TestDatabase database) {
        return database.bean(ApiKeys.class);
    }

    private static KeyVerifier verifier(TestDatabase database) {
        return database.bean(KeyVerifier.class);
    }

    private static KeyVerifier verifierWith(TestDatabase database, Peppers peppers) {
        return new KeyVerifier(
                database.bean(ApiKeyRepository.class),
                peppers,
                database.bean(KeyChanges.class),
                database.bean(KeyUses.class),
                database.bean(KeySettings.class),
                database.bean(InstantSource.class));
    }

    private static ApiKeys withPeppers(TestDatabase database, Path file) throws Exception {
        Peppers peppers = Peppers.in(file, new Random(1));
        Transactions transactions = database.bean(Transactions.class);
        return new KeysAutoConfiguration()
                .apiKeys(
                        database.bean(ApiKeyRepository.class),
                        database.bean(ProjectRepository.class),
                        database.bean(ServiceAccountRepository.class),
                        database.bean(KeySettings.class),
                        peppers,
                        new KeyTransactions(
                                transactions, database.bean(KeyChanges.class), verifierWith(database, peppers)),
                        transactions,
                        new SecureRandom(),
                        database.bean(InstantSource.class));
    }
}
