package dev.molink.controlplane.members;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Owners;
import dev.molink.controlplane.accounts.RoleSource;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Memberships that follow the groups of an identity provider. */
final class ProvidedRoles {

    private static final Logger LOG = LoggerFactory.getLogger(ProvidedRoles.class);

    private final JdbcClient database;
    private final MemberRows rows;
    private final Owners owners;
    private final ProviderRecord record;
    private final InstantSource clock;

    ProvidedRoles(JdbcClient database, MemberRows rows, Owners owners, ProviderRecord record, InstantSource clock) {
        this.database = database;
        this.rows = rows;
        this.owners = owners;
        this.record = record;
        this.clock = clock;
    }

    boolean givesAny(List<RoleGrant> grants) {
        return grants.stream().anyMatch(grant -> grant.organizationName() == null)
                || !byOrganization(grants).isEmpty();
    }

    boolean hasAny(String accountId) {
        return !rows.ofAccount(accountId).isEmpty();
    }

    /** Adds, changes and removes what the provider gives; leaves alone what somebody here gave, and every only owner. */
    void follow(String accountId, List<RoleGrant> grants) {
        Map<String, Role> wanted = byOrganization(grants);
        TreeSet<String> touched = new TreeSet<>(wanted.keySet());
        rows.ofAccount(accountId).forEach(member -> touched.add(member.organizationId()));
        for (String organizationId : touched) {
            follow(organizationId, accountId, Optional.ofNullable(wanted.get(organizationId)));
        }
    }

    private void follow(String organizationId, String accountId, Optional<Role> wanted) {
        Optional<Member> found = rows.find(organizationId, accountId);
        boolean same = found.map(Member::role).equals(wanted);
        if (same || found.filter(member -> member.source() == RoleSource.LOCAL).isPresent()) {
            return;
        }
        owners.lock(organizationId);
        boolean leavesNone = found.filter(member -> member.role() == Role.OWNER).isPresent()
                && owners.isOnlyOwner(organizationId, accountId);
        if (leavesNone) {
            LOG.warn("{} stays the only owner of {}, although no group gives that role", accountId, organizationId);
            return;
        }
        change(organizationId, accountId, found, wanted);
        record.membership(organizationId, accountId, found.map(Member::role), wanted);
    }

    private void change(String organizationId, String accountId, Optional<Member> found, Optional<Role> wanted) {
        if (wanted.isEmpty()) {
            rows.delete(organizationId, accountId);
        } else if (found.isEmpty()) {
            rows.insert(organizationId, accountId, wanted.get(), RoleSource.IDENTITY_PROVIDER, clock.instant());
        } else {
            rows.changeRole(organizationId, accountId, wanted.get(), RoleSource.IDENTITY_PROVIDER);
        }
    }

    /** The first grant of each organization that exists, by the organization's id. */
    private Map<String, Role> byOrganization(List<RoleGrant> grants) {
        Map<String, Role> roles = new LinkedHashMap<>();
        for (RoleGrant grant : grants) {
            if (grant.organizationName() != null) {
                organizationId(grant.organizationName())
                        .ifPresentOrElse(
                                id -> roles.putIfAbsent(id, grant.role()),
                                () -> LOG.warn(
                                        "a group of the identity provider gives a role in the organization '{}', which does"
                                                + " not exist",
                                        grant.organizationName()));
            }
        }
        return roles;
    }

    private Optional<String> organizationId(String name) {
        return database.sql("SELECT id FROM organization WHERE name = :name")
                .param("name", name)
                .query(String.class)
                .optional();
    }
}
