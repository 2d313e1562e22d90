package dev.molink.controlplane.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountKind;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.Invite.InvitedProject;
import dev.molink.controlplane.members.Invite.Status;
import dev.molink.controlplane.tenancy.ProjectSummary;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class InvitesTests {

    private static final Duration WEEK = Invites.DEFAULT_VALIDITY;

    @ParameterizedTest
    @EnumSource
    void somebodyNewAcceptsWithAPasswordOfTheirOwn(TestDatabase database) {
        Invites invites = database.bean(Invites.class);
        ProjectSummary project = People.project(database);
        String address = People.address();
        CreatedInvite created = invites.create(
                project.organizationId(),
                address.toUpperCase(Locale.ROOT),
                Role.DEVELOPER,
                List.of(new InvitedProject(project.projectId(), ProjectRole.MEMBER)),
                WEEK);

        Member member = invites.acceptAsNew(created.token(), "Ada", People.PASSWORD);

        assertThat(member.role()).isEqualTo(Role.DEVELOPER);
        assertThat(member.email()).isEqualTo(address);
        AccountSummary account = database.bean(Accounts.class)
                .authenticate(address, People.PASSWORD)
                .orElseThrow();
        assertThat(account.kind()).isEqualTo(AccountKind.MEMBER);
        assertThat(database.bean(ProjectMembers.class).list(project.organizationId(), project.projectId()))
                .extracting(ProjectMember::accountId)
                .containsExactly(account.accountId());
        Invite accepted =
                invites.invite(project.organizationId(), created.invite().inviteId());
        assertThat(accepted.status(database.clock().instant())).isEqualTo(Status.ACCEPTED);
        assertThat(accepted.accountId()).isEqualTo(account.accountId());
    }

    @ParameterizedTest
    @EnumSource
    void theTokenIsStoredNowhere(TestDatabase database) {
        CreatedInvite created = invite(database, People.address());

        List<String> stored = database.bean(JdbcClient.class)
                .sql("SELECT token_sha256_hex FROM invite WHERE id = :id")
                .param("id", created.invite().inviteId())
                .query(String.class)
                .list();

        assertThat(stored).hasSize(1).doesNotContain(created.token());
        assertThat(created.toString()).doesNotContain(created.token());
    }

    /** Forbidden: two accounts, two memberships. */
    @ParameterizedTest
    @EnumSource
    void aTokenIsAcceptedOnceHoweverManyTry(TestDatabase database) throws Exception {
        Invites invites = database.bean(Invites.class);
        CreatedInvite created = invite(database, People.address());

        List<Boolean> accepted = InParallel.run(4, number -> {
            try {
                invites.acceptAsNew(created.token(), null, People.PASSWORD + number);
                return true;
            } catch (RefusedException refused) {
                return false;
            }
        });

        assertThat(accepted).filteredOn(each -> each).hasSize(1);
        assertThat(database.bean(Members.class).list(created.invite().organizationId()))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void anInviteThatIsOverOrTakenBackOpensNothing(TestDatabase database) {
        Invites invites = database.bean(Invites.class);
        CreatedInvite deleted = invite(database, People.address());
        CreatedInvite expired = invite(database, People.address());

        invites.delete(deleted.invite().organizationId(), deleted.invite().inviteId());
        database.clock().advance(WEEK);

        for (String token : List.of(deleted.token(), expired.token(), "invite_unknown", "")) {
            assertThat(invites.open(token)).isEmpty();
            assertThatThrownBy(() -> invites.acceptAsNew(token, null, People.PASSWORD))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("the invite does not exist, was accepted or deleted, or has expired");
        }
        assertThat(invites.list(expired.invite().organizationId()))
                .extracting(invite -> invite.status(database.clock().instant()))
                .containsExactly(Status.EXPIRED);
    }

    @ParameterizedTest
    @EnumSource
    void anInviteNeverOpensAnAccountThatExists(TestDatabase database) {
        Invites invites = database.bean(Invites.class);
        AccountSummary existing = People.account(database);
        AccountSummary another = People.account(database);
        CreatedInvite created = invite(database, existing.login());

        assertThat(invites.isForAnAccount(created.invite())).isTrue();
        assertThatThrownBy(() -> invites.acceptAsNew(created.token(), null, People.PASSWORD))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("there is an account with the e-mail address");
        assertThatThrownBy(() -> invites.acceptAs(created.token(), another.accountId()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("not for this account");
        assertThat(database.bean(Accounts.class).hasPassword(existing.accountId()))
                .isFalse();

        assertThat(invites.acceptAs(created.token(), existing.accountId()).role())
                .isEqualTo(Role.VIEWER);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyIsInvitedTwiceAtATime(TestDatabase database) {
        Invites invites = database.bean(Invites.class);
        CreatedInvite created = invite(database, People.address());
        String organization = created.invite().organizationId();
        String address = created.invite().email();

        assertThatThrownBy(() -> invites.create(organization, address, Role.OWNER, List.of(), WEEK))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is invited already");
        invites.acceptAsNew(created.token(), null, People.PASSWORD);
        assertThatThrownBy(() -> invites.create(organization, address, Role.OWNER, List.of(), WEEK))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is a member of the organization already");
        assertThatThrownBy(() -> invites.delete(organization, created.invite().inviteId()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("was accepted and cannot be deleted");
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatAnInviteCannotHold(TestDatabase database) {
        Invites invites = database.bean(Invites.class);
        String organization = People.project(database).organizationId();
        InvitedProject foreign = new InvitedProject(People.project(database).projectId(), ProjectRole.MEMBER);

        assertThatThrownBy(() -> invites.create(organization, "nobody", Role.VIEWER, List.of(), WEEK))
                .hasMessageContaining("an e-mail address has the form name@host");
        assertThatThrownBy(() ->
                        invites.create(organization, People.address(), Role.VIEWER, List.of(), Duration.ofSeconds(299)))
                .hasMessage("an invite is valid for 300 to 7776000 seconds, but this one would be for 299");
        assertThatThrownBy(() -> invites.create(organization, People.address(), Role.VIEWER, List.of(foreign), WEEK))
                .hasMessageContaining("there is no project");
        assertThatThrownBy(() -> invites.create("org_unknown", People.address(), Role.VIEWER, List.of(), WEEK))
                .hasMessageContaining("there is no organization");
        assertThat(invites.list(organization)).isEmpty();
    }

    private static CreatedInvite invite(TestDatabase database, String address) {
        String organization = People.project(database).organizationId();
        return database.bean(Invites.class).create(organization, address, Role.VIEWER, List.of(), WEEK);
    }
}
