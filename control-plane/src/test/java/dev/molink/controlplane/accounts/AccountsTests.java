package dev.molink.controlplane.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.access.Role;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class AccountsTests {

    @ParameterizedTest
    @EnumSource
    void theFirstAccountGetsARandomPasswordOnce(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        withoutAccounts(database);

        String password = accounts.createFirst("Admin").orElseThrow();

        assertThat(password).hasSize(20);
        assertThat(accounts.createFirst("admin")).isEmpty();
        assertThat(accounts.authenticate("ADMIN", password)).hasValueSatisfying(account -> {
            assertThat(account.login()).isEqualTo("admin");
            assertThat(account.role()).isEqualTo(Role.OWNER);
        });
    }

    /** Forbidden: a failure, no password, two passwords. */
    @ParameterizedTest
    @EnumSource
    void replicasThatStartTogetherMakeOneFirstAccount(TestDatabase database) throws Exception {
        Accounts accounts = database.bean(Accounts.class);
        withoutAccounts(database);

        List<Optional<String>> passwords = InParallel.run(4, replica -> accounts.createFirst("admin"));

        assertThat(passwords).filteredOn(Optional::isPresent).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void letsInWithTheRightPasswordOnly(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        String login = UUID.randomUUID().toString();
        accounts.keep(login, "correct horse", Role.VIEWER);

        assertThat(accounts.authenticate(login, "correct horse")).isPresent();
        assertThat(accounts.authenticate(login, "wrong horse")).isEmpty();
        assertThat(accounts.authenticate(login, "")).isEmpty();
        assertThat(accounts.authenticate("nobody", "correct horse")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void keepingAnAccountChangesItsPasswordAndRole(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        String login = UUID.randomUUID().toString();
        AccountSummary before = accounts.keep(login, "first password", Role.VIEWER);

        AccountSummary after = accounts.keep(login, "second password", Role.ADMIN);

        assertThat(after.accountId()).isEqualTo(before.accountId());
        assertThat(after.role()).isEqualTo(Role.ADMIN);
        assertThat(accounts.authenticate(login, "first password")).isEmpty();
        assertThat(accounts.authenticate(login, "second password")).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void storesNoPassword(TestDatabase database) {
        String login = UUID.randomUUID().toString();
        database.bean(Accounts.class).keep(login, "correct horse", Role.VIEWER);

        assertThat(storedHash(database, login)).startsWith("{argon2}$argon2id$").doesNotContain("correct horse");
    }

    @ParameterizedTest
    @EnumSource
    void anEarlierHashIsReplacedAtTheNextLogin(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        String login = UUID.randomUUID().toString();
        accounts.keep(login, "another password", Role.VIEWER);
        store(database, login, "{bcrypt}" + new BCryptPasswordEncoder().encode("correct horse"));

        assertThat(accounts.authenticate(login, "wrong horse")).isEmpty();
        assertThat(storedHash(database, login)).startsWith("{bcrypt}");
        assertThat(accounts.authenticate(login, "correct horse")).isPresent();

        assertThat(storedHash(database, login)).startsWith("{argon2}$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(accounts.authenticate(login, "correct horse")).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void refusesPasswordsThatAreTooShortOrTooLong(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);

        assertThatThrownBy(() -> accounts.keep("anna", "short", Role.VIEWER))
                .isInstanceOf(RefusedException.class)
                .hasMessage("a password has 8 to 200 characters; this one has 5");
        assertThatThrownBy(() -> accounts.hashed("a".repeat(201)))
                .isInstanceOf(RefusedException.class)
                .hasMessageEndingWith("this one has 201");
    }

    @ParameterizedTest
    @EnumSource
    void aNewPasswordEndsEverySessionAndTheSameOneNone(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        String login = UUID.randomUUID().toString();
        AccountSummary created = accounts.keep(login, "first password", Role.VIEWER);

        AccountSummary same = accounts.keep(login, "first password", Role.VIEWER);
        AccountSummary changed = accounts.changePassword(created.accountId(), accounts.hashed("second password"));

        assertThat(same.sessionStamp()).isEqualTo(created.sessionStamp());
        assertThat(changed.sessionStamp()).isGreaterThan(created.sessionStamp());
        assertThat(accounts.authenticate(login, "first password")).isEmpty();
        assertThat(accounts.authenticate(login, "second password")).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void somebodyDeactivatedStaysOutUntilActivatedAgain(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        String login = UUID.randomUUID().toString();
        AccountSummary created = accounts.keep(login, "correct horse", Role.VIEWER);

        AccountSummary deactivated = accounts.deactivate(created.accountId());

        assertThat(deactivated.active()).isFalse();
        assertThat(deactivated.sessionStamp()).isGreaterThan(created.sessionStamp());
        assertThat(accounts.authenticate(login, "correct horse")).isEmpty();
        accounts.activate(created.accountId());
        assertThat(accounts.authenticate(login, "correct horse")).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void theInstallationKeepsAnOwner(TestDatabase database) {
        Accounts accounts = withoutOperators(database);
        AccountSummary owner = accounts.keep(UUID.randomUUID().toString(), "correct horse", Role.OWNER);

        assertThatThrownBy(() -> accounts.deactivate(owner.accountId()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is the only owner of the installation");
        assertThatThrownBy(() -> accounts.keep(owner.login(), "correct horse", Role.ADMIN))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is the only owner of the installation");
        accounts.keep(UUID.randomUUID().toString(), "correct horse", Role.OWNER);
        assertThat(accounts.deactivate(owner.accountId()).active()).isFalse();
    }

    /** Forbidden: that both succeed. */
    @ParameterizedTest
    @EnumSource
    void twoOwnersWhoDeactivateEachOtherLeaveOne(TestDatabase database) throws Exception {
        Accounts accounts = withoutOperators(database);
        for (int round = 0; round < 5; round++) {
            List<AccountSummary> owners = List.of(
                    accounts.keep("left", "correct horse", Role.OWNER),
                    accounts.keep("right", "correct horse", Role.OWNER));
            owners.forEach(owner -> accounts.activate(owner.accountId()));

            List<Boolean> done = InParallel.run(2, number -> {
                try {
                    accounts.deactivate(owners.get(number).accountId());
                    return true;
                } catch (RefusedException refused) {
                    return false;
                }
            });

            assertThat(done).containsExactlyInAnyOrder(true, false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMembersAccountHasNoRoleInTheInstallation(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        String address = UUID.randomUUID() + "@Example.com";

        AccountSummary created = accounts.createMember(address, "Ada", accounts.hashed("correct horse"));

        assertThat(created.kind()).isEqualTo(AccountKind.MEMBER);
        assertThat(created.role()).isNull();
        assertThat(accounts.authenticate(address.toUpperCase(Locale.ROOT), "correct horse"))
                .contains(created);
        assertThatThrownBy(() -> accounts.createMember(address, null, null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("there is an account with the e-mail address");
    }

    @ParameterizedTest
    @EnumSource
    void somebodyWithoutPasswordCannotLogInWithOne(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        AccountSummary created = accounts.createMember(UUID.randomUUID() + "@example.com", null, null);

        assertThat(accounts.hasPassword(created.accountId())).isFalse();
        assertThat(accounts.authenticate(created.login(), "")).isEmpty();
        assertThat(accounts.authenticate(created.login(), "null")).isEmpty();
    }

    private static void withoutAccounts(TestDatabase database) {
        JdbcClient client = database.bean(JdbcClient.class);
        for (String table :
                List.of("invite_project", "invite", "project_member", "membership", "account_identity", "account")) {
            client.sql("DELETE FROM " + table).update();
        }
    }

    private static Accounts withoutOperators(TestDatabase database) {
        JdbcClient client = database.bean(JdbcClient.class);
        client.sql("UPDATE account SET kind = 'MEMBER', role = NULL WHERE kind = 'OPERATOR'")
                .update();
        client.sql("DELETE FROM account WHERE login IN ('left', 'right')").update();
        return database.bean(Accounts.class);
    }

    private static String storedHash(TestDatabase database, String login) {
        return database.bean(JdbcClient.class)
                .sql("SELECT password_hash FROM account WHERE login = :login")
                .param("login", login)
                .query(String.class)
                .single();
    }

    private static void store(TestDatabase database, String login, String hash) {
        database.bean(JdbcClient.class)
                .sql("UPDATE account SET password_hash = :hash WHERE login = :login")
                .param("hash", hash)
                .param("login", login)
                .update();
    }
}
