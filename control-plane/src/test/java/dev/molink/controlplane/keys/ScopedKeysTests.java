package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.keys.KeyVerification.Archived;
import dev.molink.controlplane.keys.KeyVerification.Expired;
import dev.molink.controlplane.keys.KeyVerification.Revoked;
import dev.molink.controlplane.keys.KeyVerification.Valid;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import dev.molink.controlplane.paging.PageRequest.Order;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.ServiceAccountRole;
import dev.molink.controlplane.tenancy.ServiceAccountSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Scopes, rotation, last use, service accounts and archived projects, on every database. */
class ScopedKeysTests {

    private static final KeyScope SCOPE = new KeyScope(
            List.of("molink-demo", "Qwen/Qwen3-0.6B"),
            List.of("/v1/completions"),
            List.of(IpRange.of("10.0.0.0/8"), IpRange.of("2001:db8::/32")));

    @ParameterizedTest
    @EnumSource
    void aVerifiedKeyCarriesItsScope(TestDatabase database) {
        ProjectSummary project = project(database);

        CreatedApiKey created = keys(database).create(request(project, SCOPE, null));

        assertThat(verifier(database).verify(created.text()))
                .isEqualTo(new Valid(
                        created.key().keyId(), project.projectId(), project.organizationId(), false, true, SCOPE));
        assertThat(keys(database).find(created.key().keyId()).scope()).isEqualTo(SCOPE);
    }

    @ParameterizedTest
    @EnumSource
    void aRotatedKeyGoesOnUntilTheOverlapIsOver(TestDatabase database) {
        CreatedApiKey old = keys(database).create(request(project(database), SCOPE, null));

        CreatedApiKey next = keys(database).rotate(old.key().keyId(), Duration.ofHours(1), null);
        Object duringOverlap = verifier(database).verify(old.text());
        database.clock().advance(Duration.ofHours(1));

        assertThat(duringOverlap).isInstanceOf(Valid.class);
        assertThat(verifier(database).verify(old.text()))
                .isEqualTo(new Expired(old.key().keyId()));
        assertThat(verifier(database).verify(next.text())).isInstanceOfSatisfying(Valid.class, valid -> {
            assertThat(valid.scope()).isEqualTo(SCOPE);
            assertThat(valid.keyId()).isEqualTo(next.key().keyId());
        });
        assertThat(keys(database).find(old.key().keyId()).replacedById())
                .isEqualTo(next.key().keyId());
        assertThat(next.key().name()).isEqualTo(old.key().name());
        assertThat(next.key().expiresAt()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void theNextKeyLivesAsLongAsTheOldOneWasMeantTo(TestDatabase database) {
        Instant now = database.clock().instant();
        CreatedApiKey old = keys(database).create(request(project(database), SCOPE, now.plusSeconds(3600)));
        database.clock().advance(Duration.ofMinutes(50));

        CreatedApiKey next = keys(database).rotate(old.key().keyId(), Duration.ofDays(1), null);

        assertThat(next.key().expiresAt()).isEqualTo(now.plusSeconds(3600 + 3000));
        assertThat(keys(database).find(old.key().keyId()).expiresAt()).isEqualTo(now.plusSeconds(3600));
    }

    @ParameterizedTest
    @EnumSource
    void rotatesOnlyAKeyThatWorksAndOnlyOnce(TestDatabase database) {
        ApiKeys keys = keys(database);
        ProjectSummary project = project(database);
        CreatedApiKey rotated = keys.create(project.projectId(), "rotated");
        CreatedApiKey next = keys.rotate(rotated.key().keyId(), Duration.ofDays(30), null);
        CreatedApiKey revoked = keys.create(project.projectId(), "revoked");
        keys.revoke(revoked.key().keyId());
        CreatedApiKey expired = keys.create(
                project.projectId(), "expired", database.clock().instant().plusSeconds(1));
        database.clock().advance(Duration.ofSeconds(1));
        ApiKeySummary fixed = keys.keepFixed(project.projectId(), "fixed", "fixed-" + UUID.randomUUID());

        assertRefused(
                () -> keys.rotate(rotated.key().keyId(), Duration.ZERO, null),
                next.key().keyId() + "' took its place");
        assertRefused(() -> keys.rotate(revoked.key().keyId(), Duration.ZERO, null), "it is revoked");
        assertRefused(() -> keys.rotate(expired.key().keyId(), Duration.ZERO, null), "it has expired");
        assertRefused(() -> keys.rotate(fixed.keyId(), Duration.ZERO, null), "fixed by the configuration");
        assertRefused(() -> keys.rotate("key_none", Duration.ZERO, null), "there is no API key 'key_none'");
        assertRefused(
                () -> keys.rotate(next.key().keyId(), Duration.ofDays(30).plusSeconds(1), null),
                "between 0 s and 2592000 s, but it is 2592001 s");
        assertRefused(() -> keys.rotate(next.key().keyId(), Duration.ofSeconds(-1), null), "but it is -1 s");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyMustNotExpireBeforeItIsMade(TestDatabase database) {
        ProjectSummary project = project(database);
        Instant now = database.clock().instant();

        assertRefused(() -> keys(database).create(request(project, SCOPE, now)), "must expire after now");
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhichKeysExpireSoon(TestDatabase database) {
        ApiKeys keys = keys(database);
        ProjectSummary project = project(database);
        Instant now = database.clock().instant();
        String inTwoDays = keys.create(project.projectId(), "b", now.plus(Duration.ofDays(2)))
                .key()
                .keyId();
        String inOneDay = keys.create(project.projectId(), "a", now.plus(Duration.ofDays(1)))
                .key()
                .keyId();
        String later = keys.create(project.projectId(), "c", now.plus(Duration.ofDays(3)))
                .key()
                .keyId();
        String never = keys.create(project.projectId(), "d").key().keyId();
        String revoked = keys.create(project.projectId(), "e", now.plus(Duration.ofDays(1)))
                .key()
                .keyId();
        keys.revoke(revoked);

        List<ApiKeySummary> expiring = keys.expiring(project.organizationId(), Duration.ofDays(2)).stream()
                .filter(key -> key.projectId().equals(project.projectId()))
                .toList();

        assertThat(expiring).extracting(ApiKeySummary::keyId).containsExactly(inOneDay, inTwoDays);
        assertThat(keys.expiring(Duration.ofDays(3)))
                .extracting(ApiKeySummary::keyId)
                .contains(inOneDay, inTwoDays, later)
                .doesNotContain(never, revoked);
        assertThat(keys.expiring("org_other", Duration.ofDays(3))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theLastUseIsWrittenByTheClockAndNeverGoesBack(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");
        String id = created.key().keyId();
        KeyUses uses = database.bean(KeyUses.class);
        verifier(database).verify(created.text());
        Instant first = database.clock().instant();
        Instant before = keys(database).find(id).lastUsedAt();

        uses.write();
        Instant written = keys(database).find(id).lastUsedAt();
        KeyUses lateReplica = new KeyUses(database.bean(JdbcTemplate.class), database.bean(Transactions.class), 10);
        lateReplica.used(id, first.minusSeconds(60));
        lateReplica.write();
        Instant afterLateReplica = keys(database).find(id).lastUsedAt();
        database.clock().advance(Duration.ofSeconds(30));
        verifier(database).verify(created.text());
        keys(database).revoke(id);
        uses.write();

        assertThat(before).isNull();
        assertThat(written).isEqualTo(first);
        assertThat(afterLateReplica).isEqualTo(first);
        assertThat(keys(database).find(id).lastUsedAt()).isEqualTo(first.plusSeconds(30));
    }

    @ParameterizedTest
    @EnumSource
    void onlyAValidKeyIsUsed(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");
        keys(database).revoke(created.key().keyId());

        verifier(database).verify(created.text());
        database.bean(KeyUses.class).write();

        assertThat(keys(database).find(created.key().keyId()).lastUsedAt()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void theKeysOfAnArchivedProjectStopAtOnce(TestDatabase database) {
        ProjectSummary project = project(database);
        CreatedApiKey created = keys(database).create(project.projectId(), "laptop");
        Object before = verifier(database).verify(created.text());

        ProjectSummary archived = database.bean(ProjectSettings.class).archive(project.projectId());
        ProjectSummary again = database.bean(ProjectSettings.class).archive(project.projectId());

        assertThat(before).isInstanceOf(Valid.class);
        assertThat(verifier(database).verify(created.text()))
                .isEqualTo(new Archived(created.key().keyId(), project.projectId()));
        assertThat(archived.archived()).isTrue();
        assertThat(again).isEqualTo(archived);
        assertRefused(
                () -> keys(database).create(project.projectId(), "another"),
                "the project '%s' is archived and takes no new API keys".formatted(project.name()));
        assertRefused(() -> keys(database).rotate(created.key().keyId(), Duration.ZERO, null), "takes no new API keys");
        assertRefused(
                () -> accounts(database).create(project.projectId(), "bot", ServiceAccountRole.MEMBER),
                "takes no new service accounts");
    }

    @ParameterizedTest
    @EnumSource
    void aVerifiedKeyTellsAtOnceWhetherItsProjectIsBilled(TestDatabase database) {
        ProjectSummary project = project(database);
        CreatedApiKey created = keys(database).create(project.projectId(), "laptop");
        KeyVerification before = verifier(database).verify(created.text());

        ProjectSummary unbilled = database.bean(ProjectSettings.class).bill(project.projectId(), false);

        assertThat(((Valid) before).billed()).isTrue();
        assertThat(unbilled.billed()).isFalse();
        assertThat(((Valid) verifier(database).verify(created.text())).billed()).isFalse();
    }

    /** Within a transaction around it, a change holds when that is committed, and not at all when it is not. */
    @ParameterizedTest
    @EnumSource
    void aChangeThatIsRolledBackNeverHeld(TestDatabase database) {
        CreatedApiKey created = keys(database).create(project(database).projectId(), "laptop");
        Transactions transactions = database.bean(Transactions.class);

        assertThatThrownBy(() -> transactions.run(() -> {
                    keys(database).revoke(created.key().keyId());
                    throw new IllegalStateException("the write around it fails");
                }))
                .isInstanceOf(IllegalStateException.class);
        Object afterRollback = verifier(database).verify(created.text());
        transactions.run(() -> keys(database).revoke(created.key().keyId()));

        assertThat(afterRollback).isInstanceOf(Valid.class);
        assertThat(verifier(database).verify(created.text())).isInstanceOf(Revoked.class);
    }

    @ParameterizedTest
    @EnumSource
    void deletingAServiceAccountRevokesItsKeysAndNoOthers(TestDatabase database) {
        ProjectSummary project = project(database);
        ServiceAccountSummary account =
                accounts(database).create(project.projectId(), " indexer ", ServiceAccountRole.OWNER);
        CreatedApiKey own = keys(database)
                .create(new KeyRequest(project.projectId(), account.serviceAccountId(), "own", KeyScope.ANY, null));
        CreatedApiKey rotated = keys(database).rotate(own.key().keyId(), Duration.ofDays(1), null);
        CreatedApiKey other = keys(database).create(project.projectId(), "other");
        Object before = verifier(database).verify(own.text());

        accounts(database).delete(project.projectId(), account.serviceAccountId());

        assertThat(before).isInstanceOf(Valid.class);
        assertThat(account.name()).isEqualTo("indexer");
        assertThat(own.key().serviceAccount()).isEqualTo(account);
        assertThat(verifier(database).verify(own.text())).isInstanceOf(Revoked.class);
        assertThat(verifier(database).verify(rotated.text())).isInstanceOf(Revoked.class);
        assertThat(verifier(database).verify(other.text())).isInstanceOf(Valid.class);
        assertRefused(
                () -> accounts(database).find(project.projectId(), account.serviceAccountId()),
                "the project has no service account '%s'".formatted(account.serviceAccountId()));
        assertRefused(
                () -> keys(database)
                        .create(new KeyRequest(
                                project.projectId(), account.serviceAccountId(), "more", KeyScope.ANY, null)),
                "the project has no service account");
    }

    @ParameterizedTest
    @EnumSource
    void aServiceAccountBelongsToOneProject(TestDatabase database) {
        ServiceAccountSummary account =
                accounts(database).create(project(database).projectId(), "bot", ServiceAccountRole.MEMBER);
        String other = project(database).projectId();

        assertRefused(() -> accounts(database).find(other, account.serviceAccountId()), "has no service account");
        assertRefused(() -> accounts(database).delete(other, account.serviceAccountId()), "has no service account");
        assertRefused(
                () -> accounts(database).change(other, account.serviceAccountId(), "x", ServiceAccountRole.OWNER),
                "has no service account");
        assertThat(accounts(database)
                        .change(account.projectId(), account.serviceAccountId(), "x", ServiceAccountRole.OWNER))
                .isEqualTo(accounts(database).find(account.projectId(), account.serviceAccountId()))
                .extracting(ServiceAccountSummary::name, ServiceAccountSummary::role)
                .containsExactly("x", ServiceAccountRole.OWNER);
    }

    @ParameterizedTest
    @EnumSource
    void listsKeysAndServiceAccountsInPagesBothWays(TestDatabase database) {
        ProjectSummary project = project(database);
        List<String> keyIds = new ArrayList<>();
        List<String> accountIds = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            // the clock stands, so that ids decide, every other time
            database.clock().advance(Duration.ofMillis(number % 2));
            keyIds.add(keys(database)
                    .create(project.projectId(), "k" + number)
                    .key()
                    .keyId());
            accountIds.add(accounts(database)
                    .create(project.projectId(), "a" + number, ServiceAccountRole.MEMBER)
                    .serviceAccountId());
        }

        assertThat(walk(request -> keys(database).list(project.projectId(), false, request), ApiKeySummary::keyId))
                .containsExactlyInAnyOrderElementsOf(keyIds);
        assertThat(walk(
                        request -> accounts(database).list(project.projectId(), request),
                        ServiceAccountSummary::serviceAccountId))
                .containsExactlyInAnyOrderElementsOf(accountIds);
        assertRefused(
                () -> keys(database).list(project.projectId(), false, new PageRequest(2, "key_none", null, Order.ASC)),
                "'after' names no item of this list");
    }

    @ParameterizedTest
    @EnumSource
    void aListLeavesRevokedKeysOutUnlessTheyAreWanted(TestDatabase database) {
        ProjectSummary project = project(database);
        String kept = keys(database).create(project.projectId(), "kept").key().keyId();
        String revoked =
                keys(database).create(project.projectId(), "revoked").key().keyId();
        keys(database).revoke(revoked);
        PageRequest first = PageRequest.first(10, Order.ASC);

        assertThat(keys(database).list(project.projectId(), false, first).items())
                .extracting(ApiKeySummary::keyId)
                .containsExactly(kept);
        assertThat(keys(database).list(project.projectId(), true, first).items())
                .extracting(ApiKeySummary::keyId)
                .containsExactlyInAnyOrder(kept, revoked);
    }

    /** All ids by pages of two from the oldest on; from the newest on it must be the same backwards. */
    private static <T> List<String> walk(Function<PageRequest, Page<T>> list, Function<T, String> id) {
        List<String> upwards = walk(list, id, Order.ASC);
        assertThat(walk(list, id, Order.DESC)).isEqualTo(upwards.reversed());
        return upwards;
    }

    private static <T> List<String> walk(Function<PageRequest, Page<T>> list, Function<T, String> id, Order order) {
        List<String> ids = new ArrayList<>();
        Page<T> page = list.apply(PageRequest.first(2, order));
        page.items().forEach(item -> ids.add(id.apply(item)));
        while (page.hasMore()) {
            page = list.apply(new PageRequest(2, ids.getLast(), null, order));
            page.items().forEach(item -> ids.add(id.apply(item)));
        }
        return ids;
    }

    private static void assertRefused(Runnable call, String part) {
        assertThatThrownBy(call::run).isInstanceOf(RefusedException.class).hasMessageContaining(part);
    }

    private static KeyRequest request(ProjectSummary project, KeyScope scope, @Nullable Instant expiresAt) {
        return new KeyRequest(project.projectId(), null, "laptop", scope, expiresAt);
    }

    private static ProjectSummary project(TestDatabase database) {
        return database.bean(Tenancy.class)
                .createProject(Tenancy.DEFAULT_ORGANIZATION, UUID.randomUUID().toString());
    }

    private static ApiKeys keys(TestDatabase database) {
        return database.bean(ApiKeys.class);
    }

    private static ServiceAccounts accounts(TestDatabase database) {
        return database.bean(ServiceAccounts.class);
    }

    private static KeyVerifier verifier(TestDatabase database) {
        return database.bean(KeyVerifier.class);
    }
}
