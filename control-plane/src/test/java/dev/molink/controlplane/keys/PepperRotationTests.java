package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.keys.KeyVerification.Unknown;
import dev.molink.controlplane.keys.KeyVerification.Valid;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.ProjectRepository;
import dev.molink.controlplane.tenancy.ServiceAccountRepository;
import dev.molink.controlplane.tenancy.Tenancy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An operator's rotation of the peppers, in a file of its own. */
class PepperRotationTests {

    @TempDir
    private Path folder;

    /** A replica with its own copy of the file. */
    private record Replica(Path file, ApiKeys keys, KeyVerifier verifier, PepperRotation rotation) {}

    @ParameterizedTest
    @EnumSource
    void keysGoOnThroughAWholeRotation(TestDatabase database) throws IOException {
        Replica replica = replica(database, "peppers");
        String projectId = projectId(database);
        String old = replica.rotation().list().getFirst().id();
        CreatedApiKey before = replica.keys().create(projectId, "before");

        String next = replica.rotation().add().getFirst().id();
        CreatedApiKey between = replica.keys().create(projectId, "between");
        replica.rotation().activate(next);
        CreatedApiKey after = replica.keys().create(projectId, "after");
        List<PepperSummary> both = replica.rotation().list();
        replica.keys().revoke(before.key().keyId());
        replica.keys().revoke(between.key().keyId());
        List<PepperSummary> left = replica.rotation().remove(old);

        assertThat(both).containsExactly(new PepperSummary(old, false, 2), new PepperSummary(next, true, 1));
        assertThat(left).containsExactly(new PepperSummary(next, true, 1));
        assertThat(replica.verifier().verify(after.text())).isInstanceOf(Valid.class);
        assertThat(replica.verifier().verify(before.text())).isInstanceOf(Unknown.class);
    }

    @ParameterizedTest
    @EnumSource
    void everyReplicaKnowsAPepperBeforeKeysAreMadeUnderIt(TestDatabase database) throws IOException {
        Replica one = replica(database, "one");
        Replica two = replica(database, "two");
        Files.copy(one.file(), two.file(), StandardCopyOption.REPLACE_EXISTING);
        two.rotation().poll();
        String next = one.rotation().add().getFirst().id();

        Files.copy(one.file(), two.file(), StandardCopyOption.REPLACE_EXISTING);
        one.rotation().activate(next);
        CreatedApiKey created = one.keys().create(projectId(database), "laptop");
        KeyVerification beforeItsPoll = two.verifier().verify(created.text());
        two.rotation().poll();

        assertThat(beforeItsPoll).isInstanceOf(Unknown.class);
        assertThat(two.verifier().verify(created.text())).isInstanceOf(Valid.class);
        assertThat(two.rotation().list()).extracting(PepperSummary::current).containsExactly(false, true);
        assertThat(two.rotation().list().getFirst().id()).isEqualTo(next);
    }

    @ParameterizedTest
    @EnumSource
    void aGarbledFileChangesNothing(TestDatabase database) throws IOException {
        Replica replica = replica(database, "peppers");
        CreatedApiKey created = replica.keys().create(projectId(database), "laptop");
        List<PepperSummary> before = replica.rotation().list();
        Files.writeString(replica.file(), "half a line");

        replica.rotation().poll();

        assertThat(replica.rotation().list()).isEqualTo(before);
        assertThat(replica.verifier().verify(created.text())).isInstanceOf(Valid.class);
        assertRefused(() -> replica.rotation().add(), "cannot be read");
    }

    @ParameterizedTest
    @EnumSource
    void refusesToRemoveWhatIsNeeded(TestDatabase database) throws IOException {
        Replica replica = replica(database, "peppers");
        String old = replica.rotation().list().getFirst().id();
        String next = replica.rotation().add().getFirst().id();
        replica.keys().create(projectId(database), "needed");

        assertRefused(() -> replica.rotation().remove(old), "1 keys that still work need it");
        assertRefused(() -> replica.rotation().remove("none"), "there is no pepper 'none'");
        assertRefused(() -> replica.rotation().activate("none"), "there is no pepper 'none'");
        replica.keys().list().stream()
                .filter(key -> key.name().equals("needed"))
                .forEach(key -> replica.keys().revoke(key.keyId()));
        adminKey(database, old);
        assertRefused(() -> replica.rotation().remove(old), "1 keys that still work need it");
        replica.rotation().activate(next);
        assertRefused(() -> replica.rotation().remove(next), "new keys are digested under it");
    }

    @ParameterizedTest
    @EnumSource
    void theFileStaysItsOwners(TestDatabase database) throws IOException {
        Assumptions.assumeTrue(
                Files.getFileStore(folder).supportsFileAttributeView("posix"), "SKIPPED: no POSIX permissions here");
        Replica replica = replica(database, "peppers");

        replica.rotation().add();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(replica.file())))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(replica.file());
        }
    }

    private static void adminKey(TestDatabase database, String pepperId) {
        String id = UUID.randomUUID().toString();
        database.bean(JdbcClient.class)
                .sql("""
                        INSERT INTO admin_key (id, name, role, digest_hex, pepper_id, redacted, created_by, created_at)
                        VALUES (:id, 'ci', 'OWNER', :id, :pepperId, '…', 'test', CURRENT_TIMESTAMP)""")
                .param("id", id)
                .param("pepperId", pepperId)
                .update();
    }

    private static void assertRefused(Runnable call, String part) {
        assertThatThrownBy(call::run).isInstanceOf(RefusedException.class).hasMessageContaining(part);
    }

    private static String projectId(TestDatabase database) {
        return database.bean(Tenancy.class)
                .createProject(Tenancy.DEFAULT_ORGANIZATION, UUID.randomUUID().toString())
                .projectId();
    }

    private Replica replica(TestDatabase database, String name) throws IOException {
        Path file = folder.resolve(name);
        Peppers peppers = Peppers.in(file, new SecureRandom());
        Transactions transactions = database.bean(Transactions.class);
        ApiKeyRepository stored = database.bean(ApiKeyRepository.class);
        KeyVerifier verifier = new KeyVerifier(
                stored,
                peppers,
                database.bean(KeyChanges.class),
                database.bean(KeyUses.class),
                database.bean(KeySettings.class),
                database.clock());
        ApiKeys keys = new ApiKeys(
                stored,
                database.bean(ProjectRepository.class),
                database.bean(ServiceAccountRepository.class),
                database.bean(KeySettings.class),
                peppers,
                new KeyTransactions(transactions, database.bean(KeyChanges.class), verifier),
                transactions,
                new SecureRandom(),
                database.clock());
        PepperRotation rotation = new PepperRotation(
                new PepperFile(file), peppers, stored, verifier, transactions, new SecureRandom(), database.clock());
        return new Replica(file, keys, verifier, rotation);
    }
}
