package dev.molink.controlplane.adminkeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.adminkeys.AdminKeyVerification.Expired;
import dev.molink.controlplane.adminkeys.AdminKeyVerification.Revoked;
import dev.molink.controlplane.adminkeys.AdminKeyVerification.Unavailable;
import dev.molink.controlplane.adminkeys.AdminKeyVerification.Unknown;
import dev.molink.controlplane.adminkeys.AdminKeyVerification.Valid;
import dev.molink.controlplane.audit.AuditFilter;
import dev.molink.controlplane.audit.AuditLog;
import dev.molink.controlplane.audit.AuditProof;
import dev.molink.controlplane.audit.AuditRow;
import dev.molink.controlplane.audit.AuditVerdict;
import dev.molink.controlplane.keys.Peppers;
import dev.molink.controlplane.paging.PageRequest;
import dev.molink.controlplane.paging.PageRequest.Order;
import dev.molink.controlplane.tenancy.Tenancy;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Admin keys from creation to revocation, on every database. */
class AdminKeysTests {

    private static final AdminCaller OPERATOR = new AdminCaller(ActorKind.SYSTEM, "test", null, Role.OWNER);

    @ParameterizedTest
    @EnumSource
    void aNewKeyIsItsRoleInItsOrganization(TestDatabase database) {
        String organization = organization(database);

        CreatedAdminKey created = create(database, Role.FINANCE, organization, null);

        assertThat(created.text()).startsWith("sk-admin-");
        assertThat(verifier(database).verify(created.text()))
                .isEqualTo(new Valid(
                        new AdminCaller(ActorKind.ADMIN_KEY, created.key().keyId(), organization, Role.FINANCE)));
        assertThat(created.toString()).doesNotContain(created.text());
    }

    @ParameterizedTest
    @EnumSource
    void otherTextsAreUnknown(TestDatabase database) {
        String text = create(database, Role.OWNER, null, null).text();

        assertThat(verifier(database).verify(text + "x")).isEqualTo(new Unknown());
        assertThat(verifier(database).verify(text.substring(0, text.length() - 1)))
                .isEqualTo(new Unknown());
        assertThat(verifier(database).verify("")).isEqualTo(new Unknown());
    }

    /** Another replica is another verifier on the same database: there is nothing that it would have to forget. */
    @ParameterizedTest
    @EnumSource
    void aRevokedKeyStopsAtOnceOnEveryReplica(TestDatabase database) {
        CreatedAdminKey created = create(database, Role.OWNER, null, null);
        AdminKeyVerifier replica = new AdminKeyVerifier(
                new AdminKeyTable(database.bean(JdbcClient.class)), database.bean(Peppers.class), database.clock());
        assertThat(replica.verify(created.text())).isInstanceOf(Valid.class);

        keys(database).revoke(created.key().keyId(), OPERATOR, "");

        assertThat(replica.verify(created.text()))
                .isEqualTo(new Revoked(created.key().keyId()));
        assertRefused(() -> keys(database).find(created.key().keyId(), OPERATOR), Reason.NOT_FOUND, "no admin API key");
        assertRefused(
                () -> keys(database).revoke(created.key().keyId(), OPERATOR, ""), Reason.NOT_FOUND, "no admin API key");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyStopsWhenItExpires(TestDatabase database) {
        CreatedAdminKey created = create(database, Role.OWNER, null, Duration.ofMinutes(1));
        AdminKeyVerification before = verifier(database).verify(created.text());

        database.clock().advance(Duration.ofMinutes(1));

        assertThat(before).isInstanceOf(Valid.class);
        assertThat(verifier(database).verify(created.text()))
                .isEqualTo(new Expired(created.key().keyId()));
    }

    @ParameterizedTest
    @EnumSource
    void tellsToTheMinuteWhenAKeyWasUsed(TestDatabase database) {
        CreatedAdminKey created = create(database, Role.OWNER, null, null);
        assertThat(keys(database).find(created.key().keyId(), OPERATOR).lastUsedAt())
                .isNull();

        verifier(database).verify(created.text());
        var first = keys(database).find(created.key().keyId(), OPERATOR).lastUsedAt();
        database.clock().advance(Duration.ofSeconds(59));
        verifier(database).verify(created.text());
        var second = keys(database).find(created.key().keyId(), OPERATOR).lastUsedAt();
        database.clock().advance(Duration.ofSeconds(1));
        verifier(database).verify(created.text());

        assertThat(second).isEqualTo(first).isNotNull();
        assertThat(keys(database).find(created.key().keyId(), OPERATOR).lastUsedAt())
                .isAfter(first);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyMakesAKeyThatIsAllowedMore(TestDatabase database) {
        String organization = organization(database);
        for (Role creator : Role.values()) {
            for (Role wanted : Role.values()) {
                AdminCaller caller = new AdminCaller(ActorKind.ADMIN_KEY, "key_1", organization, creator);
                boolean allowed =
                        creator == Role.OWNER || creator == wanted || (creator == Role.ADMIN && wanted != Role.OWNER);

                if (allowed) {
                    assertThat(keys(database).create(new NewAdminKey("k", wanted, organization, null), caller, ""))
                            .isNotNull();
                } else {
                    assertRefused(
                            () -> keys(database).create(new NewAdminKey("k", wanted, organization, null), caller, ""),
                            Reason.INVALID_VALUE,
                            "allowed more");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyOfOneOrganizationNeitherSeesNorMakesOthers(TestDatabase database) {
        String own = organization(database);
        String foreign = organization(database);
        AdminCaller caller = new AdminCaller(ActorKind.ADMIN_KEY, "key_1", own, Role.OWNER);
        String foreignKey = create(database, Role.VIEWER, foreign, null).key().keyId();

        assertRefused(
                () -> keys(database).create(new NewAdminKey("k", Role.VIEWER, foreign, null), caller, ""),
                Reason.INVALID_VALUE,
                "its own organization");
        assertRefused(
                () -> keys(database).create(new NewAdminKey("k", Role.VIEWER, null, null), caller, ""),
                Reason.INVALID_VALUE,
                "its own organization");
        assertRefused(() -> keys(database).find(foreignKey, caller), Reason.NOT_FOUND, foreignKey);
        assertRefused(() -> keys(database).revoke(foreignKey, caller, ""), Reason.NOT_FOUND, foreignKey);
        assertThat(keys(database).list(own, false)).noneMatch(key -> key.keyId().equals(foreignKey));
    }

    @ParameterizedTest
    @EnumSource
    void everyChangeLeavesARowInTheAuditLogWithoutTheText(TestDatabase database) {
        String organization = organization(database);
        CreatedAdminKey created = create(database, Role.VIEWER, organization, null);
        keys(database).revoke(created.key().keyId(), OPERATOR, "req_2");

        List<AuditRow> rows = database.bean(AuditLog.class)
                .page(
                        new AuditFilter(organization, false, null, null, List.of(), List.of(), List.of()),
                        PageRequest.first(100, Order.ASC))
                .items();

        assertThat(rows).extracting(AuditRow::action).containsExactly("api_key.created", "api_key.deleted");
        assertThat(rows).extracting(AuditRow::requestId).containsExactly("req_1", "req_2");
        assertThat(rows.getFirst().after()).containsEntry("role", "VIEWER").containsEntry("name", "laptop");
        assertThat(rows.toString()).doesNotContain(created.text());
        assertThat(database.bean(AuditProof.class).verify()).isInstanceOf(AuditVerdict.Intact.class);
    }

    @ParameterizedTest
    @EnumSource
    void theNextFixedKeyTakesThePlaceOfTheLast(TestDatabase database) {
        String name = UUID.randomUUID().toString();
        String first = "first-" + UUID.randomUUID();
        String second = "second-" + UUID.randomUUID();

        AdminKey kept = keys(database).keepFixed(name, first, OPERATOR);
        assertThat(keys(database).keepFixed(name, first, OPERATOR)).isEqualTo(kept);
        keys(database).keepFixed(name, second, OPERATOR);

        assertThat(verifier(database).verify(first)).isInstanceOf(Revoked.class);
        assertThat(verifier(database).verify(second)).isInstanceOf(Valid.class);
        keys(database).keepFixed(name, first, OPERATOR);
        assertThat(verifier(database).verify(first)).isInstanceOf(Valid.class);
        assertThat(verifier(database).verify(second)).isInstanceOf(Revoked.class);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatWasWrong(TestDatabase database) {
        String taken = create(database, Role.OWNER, null, null).text();

        assertRefused(() -> create(database, Role.OWNER, null, Duration.ZERO), Reason.INVALID_VALUE, "not after 0");
        assertRefused(
                () -> keys(database).create(new NewAdminKey(" ", Role.OWNER, null, null), OPERATOR, ""),
                Reason.INVALID_VALUE,
                "1 to 100 characters");
        assertRefused(() -> keys(database).keepFixed("demo", "short", OPERATOR), Reason.INVALID_VALUE, "has 5");
        assertRefused(() -> keys(database).keepFixed("demo", taken, OPERATOR), Reason.NAME_TAKEN, "another key");
    }

    @ParameterizedTest
    @EnumSource
    void nobodyCanTellWhileTheDatabaseIsDown(TestDatabase database) {
        JdbcClient nowhere = JdbcClient.create(new DriverManagerDataSource("jdbc:h2:tcp://127.0.0.1:1/nowhere"));

        AdminKeyVerification verification = new AdminKeyVerifier(
                        new AdminKeyTable(nowhere), database.bean(Peppers.class), database.clock())
                .verify("sk-admin-any");

        assertThat(verification).isEqualTo(new Unavailable());
    }

    private static void assertRefused(Runnable call, Reason reason, String part) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageContaining(part);
    }

    private static CreatedAdminKey create(
            TestDatabase database, Role role, @Nullable String organization, @Nullable Duration lifetime) {
        return keys(database).create(new NewAdminKey("laptop", role, organization, lifetime), OPERATOR, "req_1");
    }

    private static String organization(TestDatabase database) {
        return database.bean(Tenancy.class)
                .createProject(UUID.randomUUID().toString(), "p")
                .organizationId();
    }

    private static AdminKeys keys(TestDatabase database) {
        return database.bean(AdminKeys.class);
    }

    private static AdminKeyVerifier verifier(TestDatabase database) {
        return database.bean(AdminKeyVerifier.class);
    }
}
