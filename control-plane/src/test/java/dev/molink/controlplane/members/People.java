package dev.molink.controlplane.members;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import java.util.UUID;

/** New people and organizations for each test. */
final class People {

    static final String PASSWORD = "correct horse";

    private People() {}

    /** A project in an organization that nobody belongs to. */
    static ProjectSummary project(TestDatabase database) {
        return database.bean(Tenancy.class).ensureProject("org " + UUID.randomUUID(), "assistant");
    }

    static String address() {
        return UUID.randomUUID() + "@example.com";
    }

    static AccountSummary account(TestDatabase database) {
        return database.bean(Accounts.class).createMember(address(), "Ada", null);
    }

    static Member member(TestDatabase database, String organizationId, Role role) {
        return database.bean(Members.class)
                .add(organizationId, account(database).accountId(), role);
    }
}
