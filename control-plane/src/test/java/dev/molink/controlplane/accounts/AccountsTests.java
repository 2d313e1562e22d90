package dev.molink.controlplane.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.access.Role;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;

class AccountsTests {

    @ParameterizedTest
    @EnumSource
    void theFirstAccountGetsARandomPasswordOnce(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);
        database.bean(JdbcClient.class).sql("DELETE FROM account").update();

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
        database.bean(JdbcClient.class).sql("DELETE FROM account").update();

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

        String stored = database.bean(JdbcClient.class)
                .sql("SELECT password_hash FROM account WHERE login = :login")
                .param("login", login)
                .query(String.class)
                .single();

        assertThat(stored).startsWith("{bcrypt}").doesNotContain("correct horse");
    }

    @ParameterizedTest
    @EnumSource
    void refusesPasswordsThatAreTooShortOrTooLong(TestDatabase database) {
        Accounts accounts = database.bean(Accounts.class);

        assertThatThrownBy(() -> accounts.keep("anna", "short", Role.VIEWER))
                .isInstanceOf(RefusedException.class)
                .hasMessage("a password has at least 8 characters and at most 72 bytes; this one has 5 and 5");
        assertThatThrownBy(() -> accounts.keep("anna", "ä".repeat(37), Role.VIEWER))
                .isInstanceOf(RefusedException.class)
                .hasMessageEndingWith("this one has 37 and 74");
    }

    @Test
    void anUnknownLoginCostsAsMuchAsAKnownOne() {
        var encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();

        assertThat(encoder.upgradeEncoding(Accounts.NOBODYS_HASH)).isFalse();
    }
}
