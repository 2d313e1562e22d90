package dev.molink.controlplane.members;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Owners;
import dev.molink.controlplane.accounts.RoleSource;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The members of organizations and their roles. An organization that has an owner keeps at least one. */
public final class Members {

    private final MemberRows rows;
    private final Owners owners;
    private final Transactions transactions;
    private final InstantSource clock;

    Members(MemberRows rows, Owners owners, Transactions transactions, InstantSource clock) {
        this.rows = rows;
        this.owners = owners;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** All of an organization, those first who came first. */
    public List<Member> list(String organizationId) {
        return rows.ofOrganization(organizationId);
    }

    /** The memberships of an account, by the names of their organizations. */
    public List<Member> of(String accountId) {
        return rows.ofAccount(accountId);
    }

    public Optional<Member> find(String organizationId, String accountId) {
        return rows.find(organizationId, accountId);
    }

    /** @throws RefusedException when the organization has no such member */
    public Member member(String organizationId, String accountId) {
        return find(organizationId, accountId)
                .orElseThrow(() -> new RefusedException(
                        Reason.NOT_FOUND, "the organization has no member '%s'".formatted(accountId)));
    }

    /** @throws RefusedException when there is no such organization, or the account is its member already */
    public Member add(String organizationId, String accountId, Role role) {
        return transactions.run(() -> {
            owners.lock(organizationId);
            if (rows.find(organizationId, accountId).isPresent()) {
                throw new RefusedException(
                        Reason.NAME_TAKEN, "'%s' is a member of the organization already".formatted(accountId));
            }
            rows.insert(organizationId, accountId, role, RoleSource.LOCAL, clock.instant());
            return member(organizationId, accountId);
        });
    }

    /**
     * Gives a member another role, from now on as somebody's decision here, whatever the identity provider says.
     *
     * @throws RefusedException when there is no such member, or it is the organization's only owner
     */
    public RoleChange changeRole(String organizationId, String accountId, Role role) {
        return transactions.run(() -> {
            Member before = lockedMember(organizationId, accountId);
            if (before.role() == Role.OWNER && role != Role.OWNER) {
                owners.requireAnother(organizationId, accountId);
            }
            rows.changeRole(organizationId, accountId, role, RoleSource.LOCAL);
            return new RoleChange(before, member(organizationId, accountId));
        });
    }

    /**
     * Takes somebody out of the organization and its projects.
     *
     * @return the member as it was
     * @throws RefusedException when there is no such member, or it is the organization's only owner
     */
    public Member remove(String organizationId, String accountId) {
        return transactions.run(() -> {
            Member before = lockedMember(organizationId, accountId);
            if (before.role() == Role.OWNER) {
                owners.requireAnother(organizationId, accountId);
            }
            rows.delete(organizationId, accountId);
            return before;
        });
    }

    private Member lockedMember(String organizationId, String accountId) {
        owners.lock(organizationId);
        return member(organizationId, accountId);
    }
}
