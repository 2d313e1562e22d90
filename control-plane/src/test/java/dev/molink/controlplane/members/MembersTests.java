package dev.molink.controlplane.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.tenancy.ProjectSummary;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MembersTests {

    @ParameterizedTest
    @EnumSource
    void anAccountHasARoleOfItsOwnInEachOrganization(TestDatabase database) {
        Members members = database.bean(Members.class);
        ProjectSummary here = People.project(database);
        ProjectSummary there = People.project(database);
        String account = People.account(database).accountId();

        members.add(here.organizationId(), account, Role.OWNER);
        members.add(there.organizationId(), account, Role.FINANCE);

        assertThat(members.of(account))
                .extracting(Member::organizationName, Member::role)
                .containsExactlyInAnyOrder(
                        tuple(here.organizationName(), Role.OWNER), tuple(there.organizationName(), Role.FINANCE));
        assertThat(members.list(here.organizationId()))
                .extracting(Member::accountId)
                .containsExactly(account);
        assertThatThrownBy(() -> members.add(here.organizationId(), account, Role.VIEWER))
                .isInstanceOf(RefusedException.class)
                .hasMessageEndingWith("is a member of the organization already");
    }

    @ParameterizedTest
    @EnumSource
    void theOnlyOwnerStays(TestDatabase database) {
        Members members = database.bean(Members.class);
        String organization = People.project(database).organizationId();
        Member owner = People.member(database, organization, Role.OWNER);
        People.member(database, organization, Role.ADMIN);

        assertThatThrownBy(() -> members.changeRole(organization, owner.accountId(), Role.ADMIN))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is the only owner of the organization");
        assertThatThrownBy(() -> members.remove(organization, owner.accountId()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is the only owner of the organization");
        assertThatThrownBy(() -> database.bean(Accounts.class).deactivate(owner.accountId()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is the only owner of the organization");
        assertThat(members.member(organization, owner.accountId()).role()).isEqualTo(Role.OWNER);
    }

    @ParameterizedTest
    @EnumSource
    void anOwnerWhoIsDeactivatedDoesNotCount(TestDatabase database) {
        Members members = database.bean(Members.class);
        String organization = People.project(database).organizationId();
        Member owner = People.member(database, organization, Role.OWNER);
        Member second = People.member(database, organization, Role.OWNER);
        database.bean(Accounts.class).deactivate(second.accountId());

        assertThatThrownBy(() -> members.remove(organization, owner.accountId()))
                .isInstanceOf(RefusedException.class);
        assertThat(members.remove(organization, second.accountId()).active()).isFalse();
    }

    /** Forbidden: an organization without owner, whichever two of the three ways run side by side. */
    @ParameterizedTest
    @EnumSource
    void ownersWhoRemoveEachOtherLeaveOne(TestDatabase database) throws Exception {
        Members members = database.bean(Members.class);
        Accounts accounts = database.bean(Accounts.class);
        for (int round = 0; round < 9; round++) {
            String organization = People.project(database).organizationId();
            List<Member> owners = List.of(
                    People.member(database, organization, Role.OWNER),
                    People.member(database, organization, Role.OWNER),
                    People.member(database, organization, Role.OWNER));
            int shift = round;

            InParallel.run(
                    3,
                    number -> attempt(() -> {
                        String account = owners.get(number).accountId();
                        return switch ((number + shift) % 3) {
                            case 0 -> members.remove(organization, account);
                            case 1 -> members.changeRole(organization, account, Role.VIEWER);
                            default -> accounts.deactivate(account);
                        };
                    }));

            assertThat(members.list(organization))
                    .filteredOn(member -> member.role() == Role.OWNER && member.active())
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRoleChangeTellsBothRoles(TestDatabase database) {
        Members members = database.bean(Members.class);
        String organization = People.project(database).organizationId();
        Member member = People.member(database, organization, Role.VIEWER);

        RoleChange change = members.changeRole(organization, member.accountId(), Role.DEVELOPER);

        assertThat(change.before().role()).isEqualTo(Role.VIEWER);
        assertThat(change.after().role()).isEqualTo(Role.DEVELOPER);
    }

    @ParameterizedTest
    @EnumSource
    void membersOfOthersAreNotThere(TestDatabase database) {
        Members members = database.bean(Members.class);
        String here = People.project(database).organizationId();
        Member foreign = People.member(database, People.project(database).organizationId(), Role.VIEWER);

        for (Callable<?> access : List.<Callable<?>>of(
                () -> members.member(here, foreign.accountId()),
                () -> members.changeRole(here, foreign.accountId(), Role.OWNER),
                () -> members.remove(here, foreign.accountId()))) {
            assertThatThrownBy(access::call)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND));
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyMembersWorkInProjectsAndLeavingTakesThemOut(TestDatabase database) {
        ProjectMembers workers = database.bean(ProjectMembers.class);
        ProjectSummary project = People.project(database);
        String organization = project.organizationId();
        Member member = People.member(database, organization, Role.DEVELOPER);
        String stranger = People.account(database).accountId();

        workers.put(organization, project.projectId(), member.accountId(), ProjectRole.MEMBER);
        workers.put(organization, project.projectId(), member.accountId(), ProjectRole.OWNER);

        assertThat(workers.list(organization, project.projectId()))
                .extracting(ProjectMember::accountId, ProjectMember::role)
                .containsExactly(tuple(member.accountId(), ProjectRole.OWNER));
        assertThatThrownBy(() -> workers.put(organization, project.projectId(), stranger, ProjectRole.MEMBER))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> workers.list(People.project(database).organizationId(), project.projectId()))
                .isInstanceOf(RefusedException.class);
        database.bean(Members.class).remove(organization, member.accountId());
        assertThat(workers.list(organization, project.projectId())).isEmpty();
    }

    private static boolean attempt(Callable<?> change) throws Exception {
        try {
            change.call();
            return true;
        } catch (RefusedException refused) {
            return false;
        }
    }
}
