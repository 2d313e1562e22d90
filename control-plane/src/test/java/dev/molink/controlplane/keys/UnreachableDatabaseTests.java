package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.keys.KeyVerification.Revoked;
import dev.molink.controlplane.keys.KeyVerification.Unavailable;
import dev.molink.controlplane.keys.KeyVerification.Valid;
import dev.molink.controlplane.tenancy.Tenancy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessResourceFailureException;

/** Keys while the database does not answer. */
class UnreachableDatabaseTests {

    private boolean reachable = true;

    @ParameterizedTest
    @EnumSource
    void keysInMemoryGoOnAndOthersAreNotCalledUnknown(TestDatabase database) {
        KeyVerifier verifier = verifier(database);
        String inUse = key(database).text();
        String other = key(database).text();
        verifier.poll();
        verifier.verify(inUse);
        reachable = false;

        assertThat(verifier.verify(inUse)).isInstanceOf(Valid.class);
        assertThat(verifier.verify(other)).isEqualTo(new Unavailable());
        assertThat(verifier.verify("no-key-" + UUID.randomUUID())).isEqualTo(new Unavailable());
    }

    @ParameterizedTest
    @EnumSource
    void aFailedPollForgetsNothing(TestDatabase database) {
        KeyVerifier verifier = verifier(database);
        String inUse = key(database).text();
        verifier.poll();
        verifier.verify(inUse);
        reachable = false;

        verifier.poll();

        assertThat(verifier.verify(inUse)).isInstanceOf(Valid.class);
    }

    /** Whoever makes a key just before an outage takes no other one away. */
    @ParameterizedTest
    @EnumSource
    void keysInUseAreReadAnewWhenAnyKeyChanges(TestDatabase database) {
        KeyVerifier verifier = verifier(database);
        String inUse = key(database).text();
        CreatedApiKey revoked = key(database);
        verifier.poll();
        verifier.verify(inUse);
        verifier.verify(revoked.text());
        database.bean(ApiKeys.class).revoke(revoked.key().keyId());
        verifier.poll();
        reachable = false;

        assertThat(verifier.verify(inUse)).isInstanceOf(Valid.class);
        assertThat(verifier.verify(revoked.text())).isInstanceOf(Revoked.class);
    }

    /** The database told that there is news, and then nothing more. */
    @ParameterizedTest
    @EnumSource
    void whatCouldNotBeReadAnewIsReadLater(TestDatabase database) {
        KeyVerifier verifier = verifier(database);
        String inUse = key(database).text();
        verifier.poll();
        verifier.verify(inUse);
        key(database);
        reachable = false;
        verifier.poll();
        KeyVerification meanwhile = verifier.verify(inUse);
        reachable = true;
        verifier.poll();
        reachable = false;

        assertThat(meanwhile).isEqualTo(new Unavailable());
        assertThat(verifier.verify(inUse)).isInstanceOf(Valid.class);
    }

    private static CreatedApiKey key(TestDatabase database) {
        String project = database.bean(Tenancy.class)
                .createProject(Tenancy.DEFAULT_ORGANIZATION, UUID.randomUUID().toString())
                .projectId();
        return database.bean(ApiKeys.class).create(project, "laptop");
    }

    /** Its stamp is told all the time, its keys only while they are reachable. */
    private KeyVerifier verifier(TestDatabase database) {
        ApiKeyRepository keys = database.bean(ApiKeyRepository.class);
        ApiKeyRepository failing = (ApiKeyRepository) Proxy.newProxyInstance(
                ApiKeyRepository.class.getClassLoader(),
                new Class<?>[] {ApiKeyRepository.class},
                (proxy, method, arguments) -> {
                    if (!reachable) {
                        throw new DataAccessResourceFailureException("the database is away");
                    }
                    try {
                        return method.invoke(keys, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getTargetException();
                    }
                });
        return new KeyVerifier(
                failing,
                database.bean(Peppers.class),
                database.bean(KeyChanges.class),
                database.bean(KeyUses.class),
                new KeySettings("live", null, Duration.ofMillis(500), 100),
                InstantSource.system());
    }
}
