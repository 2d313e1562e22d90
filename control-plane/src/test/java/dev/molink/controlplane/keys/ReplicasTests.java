package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.keys.KeyVerification.Archived;
import dev.molink.controlplane.keys.KeyVerification.Revoked;
import dev.molink.controlplane.keys.KeyVerification.Valid;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.ServiceAccountRole;
import dev.molink.controlplane.tenancy.ServiceAccountSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Two replicas on one PostgreSQL, each with its own threads and memory: what one changes, the other does within a second. */
class ReplicasTests {

    private static final Duration BOUND = Duration.ofSeconds(1);

    private static ConfigurableApplicationContext other;
    private static KeyVerifier there;

    @BeforeAll
    static void start() throws IOException {
        other = TestDatabase.POSTGRESQL.replica();
        there = other.getBean(KeyVerifier.class);
    }

    @AfterAll
    static void stop() {
        if (other != null) {
            other.close();
        }
    }

    @Test
    void aRevokedKeyStopsOnTheOther() {
        CreatedApiKey created = keys().create(project().projectId(), "laptop");
        awaitIt(created, Valid.class);

        keys().revoke(created.key().keyId());

        awaitIt(created, Revoked.class);
    }

    @Test
    void theKeysOfAnArchivedProjectStopOnTheOther() {
        ProjectSummary project = project();
        CreatedApiKey created = keys().create(project.projectId(), "laptop");
        awaitIt(created, Valid.class);

        here(ProjectSettings.class).archive(project.projectId());

        awaitIt(created, Archived.class);
    }

    @Test
    void theKeysOfADeletedServiceAccountStopOnTheOther() {
        ProjectSummary project = project();
        ServiceAccountSummary account =
                here(ServiceAccounts.class).create(project.projectId(), "bot", ServiceAccountRole.MEMBER);
        CreatedApiKey created = keys().create(
                        new KeyRequest(project.projectId(), account.serviceAccountId(), "own", KeyScope.ANY, null));
        awaitIt(created, Valid.class);

        here(ServiceAccounts.class).delete(project.projectId(), account.serviceAccountId());

        awaitIt(created, Revoked.class);
    }

    /** A text that the other was shown before it became a key is none there for a second at most. */
    @Test
    void aNewKeyWorksOnTheOther() {
        String text = "fixed-" + UUID.randomUUID();
        KeyVerification before = there.verify(text);

        keys().keepFixed(project().projectId(), "fixed", text);

        assertThat(before).isInstanceOf(KeyVerification.Unknown.class);
        await().atMost(BOUND).pollInterval(Duration.ofMillis(10)).until(() -> there.verify(text) instanceof Valid);
    }

    private static void awaitIt(CreatedApiKey key, Class<? extends KeyVerification> outcome) {
        await().atMost(BOUND)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(there.verify(key.text())).isInstanceOf(outcome));
    }

    private static ProjectSummary project() {
        return here(Tenancy.class)
                .createProject(Tenancy.DEFAULT_ORGANIZATION, UUID.randomUUID().toString());
    }

    private static ApiKeys keys() {
        return here(ApiKeys.class);
    }

    private static <T> T here(Class<T> type) {
        return TestDatabase.POSTGRESQL.bean(type);
    }
}
