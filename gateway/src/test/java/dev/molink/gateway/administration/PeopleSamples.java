package dev.molink.gateway.administration;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.Invites;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.members.ProjectMembers;
import dev.molink.controlplane.members.ProjectRole;
import dev.molink.gateway.testing.RouteSample.Registry;
import dev.molink.gateway.testing.RouteSamples;
import dev.molink.gateway.testing.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Members, invitations and accounts. */
final class PeopleSamples implements RouteSamples {

    private static final String USERS = "/v1/organization/users";
    private static final String INVITES = "/v1/organization/invites";
    private static final String PROJECT_USERS = "/v1/organization/projects/{project_id}/users";
    private static final String ACCOUNTS = "/admin/v1/accounts";

    @Override
    public void describe(Registry registry) {
        registry.variable(USERS, "user_id", PeopleSamples::member)
                .variable(INVITES, "invite_id", PeopleSamples::invite)
                .variable(PROJECT_USERS, "user_id", PeopleSamples::projectMember)
                .variable(ACCOUNTS, "account_id", PeopleSamples::operator)
                .variable(ACCOUNTS + "/{account_id}/", "account_id", PeopleSamples::member)
                .body(
                        "POST " + ACCOUNTS,
                        (tenant, earlier) -> "{'login':'%s','password':'correct horse','role':'viewer'}"
                                .formatted(UUID.randomUUID()))
                .body("POST " + ACCOUNTS + "/{account_id}", "{'role':'finance'}")
                .body("POST " + USERS + "/{user_id}", "{'role':'viewer'}")
                .body("POST " + INVITES, (tenant, earlier) -> "{'email':'%s','role':'viewer'}".formatted(email()))
                .body(
                        "POST " + PROJECT_USERS,
                        (tenant, earlier) -> "{'user_id':'%s','role':'member'}".formatted(member(tenant, earlier)))
                .body("POST " + PROJECT_USERS + "/{user_id}", "{'role':'owner'}")
                .body("POST " + ACCOUNTS + "/{account_id}/deactivate", "{}")
                .body("POST " + ACCOUNTS + "/{account_id}/activate", "{}");
    }

    private static String member(Tenant tenant, Map<String, String> earlier) {
        String account = tenant.bean(Accounts.class)
                .createMember(email(), "sample", null)
                .accountId();
        tenant.bean(Members.class).add(tenant.organizationId(), account, Role.VIEWER);
        return account;
    }

    private static String operator(Tenant tenant, Map<String, String> earlier) {
        Accounts accounts = tenant.bean(Accounts.class);
        return accounts.createOperator(UUID.randomUUID().toString(), accounts.hashed("correct horse"), Role.VIEWER)
                .accountId();
    }

    private static String projectMember(Tenant tenant, Map<String, String> earlier) {
        String account = member(tenant, earlier);
        String project = Objects.requireNonNull(earlier.get("project_id"));
        tenant.bean(ProjectMembers.class).put(tenant.organizationId(), project, account, ProjectRole.MEMBER);
        return account;
    }

    private static String invite(Tenant tenant, Map<String, String> earlier) {
        return tenant.bean(Invites.class)
                .create(tenant.organizationId(), email(), Role.VIEWER, List.of(), Invites.DEFAULT_VALIDITY)
                .invite()
                .inviteId();
    }

    private static String email() {
        return UUID.randomUUID() + "@example.com";
    }
}
