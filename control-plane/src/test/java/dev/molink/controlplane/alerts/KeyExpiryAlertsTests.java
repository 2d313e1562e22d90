package dev.molink.controlplane.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From a key that stops to work soon to what a webhook is sent, on a clock that is moved by hand. */
class KeyExpiryAlertsTests {

    @ParameterizedTest
    @EnumSource
    void aKeyNearItsExpiryIsToldAWeekAndADayBeforeOnceByAllReplicas(TestDatabase database) throws Exception {
        ProjectSummary project = project(database);
        Webhook webhook = webhook(database, project);
        Instant expiry = database.clock().instant().plus(Duration.ofDays(8));
        ApiKeySummary key = database.bean(ApiKeys.class)
                .create(project.projectId(), "nightly", expiry)
                .key();

        look(database);
        assertThat(told(database, webhook)).isEmpty();

        database.clock().advance(Duration.ofDays(1));
        look(database);
        look(database);
        assertThat(told(database, webhook)).hasSize(1);

        database.clock().advance(Duration.ofDays(6));
        look(database);
        database.clock().advance(Duration.ofHours(25));
        look(database);
        assertThat(told(database, webhook)).hasSize(2).allSatisfy(alert -> {
            assertThat(alert.kind()).isEqualTo(AlertKind.KEY_EXPIRY);
            assertThat(alert.organizationId()).isEqualTo(project.organizationId());
            assertThat(alert.data())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "api_key_id", key.keyId(),
                            "project_id", project.projectId(),
                            "name", "nightly",
                            "expires_at", expiry.toString()));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatIsSeenOnItsLastDayFirstIsToldOnceOnly(TestDatabase database) throws Exception {
        ProjectSummary project = project(database);
        Webhook webhook = webhook(database, project);
        Instant expiry = database.clock().instant().plus(Duration.ofHours(23));
        database.bean(ApiKeys.class).create(project.projectId(), "short", expiry);

        look(database);
        database.clock().advance(Duration.ofHours(22));
        look(database);

        assertThat(told(database, webhook))
                .singleElement()
                .satisfies(alert -> assertThat(alert.data()).containsEntry("expires_at", expiry.toString()));
    }

    @ParameterizedTest
    @EnumSource
    void keysThatNeverExpireOrAreRevokedAreNotTold(TestDatabase database) throws Exception {
        ProjectSummary project = project(database);
        Webhook webhook = webhook(database, project);
        ApiKeys keys = database.bean(ApiKeys.class);
        keys.create(project.projectId(), "forever");
        ApiKeySummary revoked = keys.create(
                        project.projectId(),
                        "revoked",
                        database.clock().instant().plus(Duration.ofDays(9)))
                .key();
        keys.revoke(revoked.keyId());

        database.clock().advance(Duration.ofDays(5));
        look(database);

        assertThat(told(database, webhook)).isEmpty();
    }

    /** What every replica does once a minute, by three at once. */
    private static void look(TestDatabase database) throws Exception {
        InParallel.run(3, replica -> {
            new KeyExpiryAlerts(database.bean(ApiKeys.class), database.bean(Alerts.class)).look();
            return replica;
        });
    }

    private static ProjectSummary project(TestDatabase database) {
        return database.bean(Tenancy.class).createProject("expiry-" + UUID.randomUUID(), "project");
    }

    private static Webhook webhook(TestDatabase database, ProjectSummary project) {
        return database.bean(Webhooks.class)
                .create(project.organizationId(), "pager", "http://127.0.0.1:9/", Set.of(AlertKind.KEY_EXPIRY))
                .webhook();
    }

    private static List<Alert> told(TestDatabase database, Webhook webhook) {
        return database.bean(Webhooks.class).deliveries(webhook, 100).stream()
                .map(Delivery::alert)
                .toList();
    }
}
