package dev.molink.controlplane.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.ProviderLogin.Admitted;
import dev.molink.controlplane.members.ProviderLogin.Cause;
import dev.molink.controlplane.members.ProviderLogin.Refused;
import dev.molink.controlplane.tenancy.ProjectSummary;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class ProviderLoginsTests {

    private static final String ISSUER = "https://login.example.com";

    @ParameterizedTest
    @EnumSource
    void makesAnAccountForSomebodyNewWhereThatIsAllowed(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        ProjectSummary project = People.project(database);
        ProvidedPerson ada = person(grant(Role.DEVELOPER, project));

        assertThat(logins.login(ada, false)).isEqualTo(new Refused(Cause.NO_ACCOUNT));
        AccountSummary account = admitted(logins.login(ada, true), true);

        assertThat(account.login()).isEqualTo(ada.email());
        assertThat(role(database, project, account)).isEqualTo(Role.DEVELOPER);
        assertThat(admitted(logins.login(ada, false), false).accountId()).isEqualTo(account.accountId());
    }

    @ParameterizedTest
    @EnumSource
    void findsAnAccountByItsAddressOnlyWhenTheProviderVerifiedIt(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        Member member = People.member(database, People.project(database).organizationId(), Role.VIEWER);
        String subject = UUID.randomUUID().toString();

        ProviderLogin unverified =
                logins.login(new ProvidedPerson(ISSUER, subject, member.email(), false, null, List.of()), true);
        ProviderLogin verified =
                logins.login(new ProvidedPerson(ISSUER, subject, member.email(), true, null, List.of()), true);

        assertThat(unverified).isEqualTo(new Refused(Cause.EMAIL_UNVERIFIED));
        assertThat(admitted(verified, true).accountId()).isEqualTo(member.accountId());
    }

    /** An address that went to somebody else at the provider does not bring the first one's account along. */
    @ParameterizedTest
    @EnumSource
    void aSecondSubjectWithTheSameAddressStaysOut(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        ProjectSummary project = People.project(database);
        ProvidedPerson first = person(grant(Role.VIEWER, project));
        logins.login(first, true);

        ProviderLogin second =
                logins.login(new ProvidedPerson(ISSUER, "another", first.email(), true, null, first.grants()), true);

        assertThat(second).isEqualTo(new Refused(Cause.SOMEBODY_ELSE));
    }

    @ParameterizedTest
    @EnumSource
    void somebodyDeactivatedStaysOut(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        ProvidedPerson known = person(grant(Role.VIEWER, People.project(database)));
        AccountSummary account = admitted(logins.login(known, true), true);
        Member unknown = People.member(database, People.project(database).organizationId(), Role.VIEWER);
        database.bean(Accounts.class).deactivate(account.accountId());
        database.bean(Accounts.class).deactivate(unknown.accountId());

        assertThat(logins.login(known, true)).isEqualTo(new Refused(Cause.DEACTIVATED));
        assertThat(logins.login(
                        new ProvidedPerson(
                                ISSUER, UUID.randomUUID().toString(), unknown.email(), true, null, List.of()),
                        true))
                .isEqualTo(new Refused(Cause.DEACTIVATED));
    }

    @ParameterizedTest
    @EnumSource
    void rolesFollowTheGroups(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        ProjectSummary here = People.project(database);
        ProjectSummary there = People.project(database);
        ProvidedPerson ada = person(grant(Role.DEVELOPER, here), grant(Role.VIEWER, here), grant(Role.FINANCE, there));
        AccountSummary account = admitted(logins.login(ada, true), true);
        assertThat(role(database, here, account)).isEqualTo(Role.DEVELOPER);
        assertThat(role(database, there, account)).isEqualTo(Role.FINANCE);

        logins.login(with(ada, grant(Role.ADMIN, here)), true);

        assertThat(database.bean(Members.class).of(account.accountId()))
                .extracting(Member::organizationId, Member::role)
                .containsExactly(tuple(here.organizationId(), Role.ADMIN));
        assertThat(logins.login(with(ada), true)).isEqualTo(new Refused(Cause.NO_ROLE));
    }

    @ParameterizedTest
    @EnumSource
    void whatGroupsChangeIsInTheAuditLogAndALoginThatChangesNothingIsNot(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        ProjectSummary project = People.project(database);
        ProvidedPerson ada = person(grant(Role.DEVELOPER, project));

        String account = admitted(logins.login(ada, true), true).accountId();
        logins.login(ada, true);
        logins.login(with(ada, grant(Role.VIEWER, project)), true);
        logins.login(with(ada), true);

        assertThat(database.bean(JdbcClient.class)
                        .sql("SELECT action FROM audit_entry WHERE object_id = :id ORDER BY sequence")
                        .param("id", account)
                        .query(String.class)
                        .list())
                .containsExactly("account.created", "user.added", "user.updated", "user.deleted");
    }

    @ParameterizedTest
    @EnumSource
    void aRoleThatSomebodyHereGaveStays(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        ProjectSummary project = People.project(database);
        ProvidedPerson ada = person(grant(Role.VIEWER, project));
        AccountSummary account = admitted(logins.login(ada, true), true);
        database.bean(Members.class).changeRole(project.organizationId(), account.accountId(), Role.FINANCE);

        logins.login(ada, true);
        admitted(logins.login(with(ada), true), false);

        assertThat(role(database, project, account)).isEqualTo(Role.FINANCE);
    }

    @ParameterizedTest
    @EnumSource
    void theOnlyOwnerStaysEvenWithoutTheGroup(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        ProjectSummary project = People.project(database);
        ProvidedPerson ada = person(grant(Role.OWNER, project));
        AccountSummary account = admitted(logins.login(ada, true), true);

        admitted(logins.login(with(ada), true), false);

        assertThat(role(database, project, account)).isEqualTo(Role.OWNER);
    }

    @ParameterizedTest
    @EnumSource
    void aGrantWithoutOrganizationMakesAnOperatorAndItsLossAMember(TestDatabase database) {
        ProviderLogins logins = database.bean(ProviderLogins.class);
        ProvidedPerson ada = person(new RoleGrant(Role.ADMIN, null));

        AccountSummary account = admitted(logins.login(ada, true), true);

        assertThat(account.role()).isEqualTo(Role.ADMIN);
        assertThat(logins.login(with(ada), true)).isEqualTo(new Refused(Cause.NO_ROLE));
        assertThat(database.bean(Accounts.class).account(account.accountId()).role())
                .isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aGrantInAnUnknownOrganizationGivesNothing(TestDatabase database) {
        ProvidedPerson ada = person(new RoleGrant(Role.OWNER, "no such organization"));

        assertThat(database.bean(ProviderLogins.class).login(ada, true)).isEqualTo(new Refused(Cause.NO_ROLE));
        assertThat(database.bean(Accounts.class).findByLogin(String.valueOf(ada.email())))
                .isEmpty();
    }

    private static AccountSummary admitted(ProviderLogin login, boolean firstTime) {
        assertThat(login).isInstanceOf(Admitted.class);
        Admitted admitted = (Admitted) login;
        assertThat(admitted.firstTime()).isEqualTo(firstTime);
        return admitted.account();
    }

    private static Role role(TestDatabase database, ProjectSummary project, AccountSummary account) {
        return database.bean(Members.class)
                .member(project.organizationId(), account.accountId())
                .role();
    }

    private static ProvidedPerson person(RoleGrant... grants) {
        return new ProvidedPerson(ISSUER, UUID.randomUUID().toString(), People.address(), true, "Ada", List.of(grants));
    }

    private static ProvidedPerson with(ProvidedPerson person, RoleGrant... grants) {
        return new ProvidedPerson(
                person.issuer(), person.subject(), person.email(), true, person.name(), List.of(grants));
    }

    private static RoleGrant grant(Role role, ProjectSummary project) {
        return new RoleGrant(role, project.organizationName());
    }
}
