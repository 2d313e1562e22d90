package dev.molink.controlplane.accounts;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accounts as identity providers know them, by a subject of an issuer, and the operators' roles that they give. */
public final class ProviderAccounts {

    private final AccountRows rows;
    private final Accounts accounts;
    private final Owners owners;
    private final Transactions transactions;
    private final InstantSource clock;

    ProviderAccounts(
            AccountRows rows, Accounts accounts, Owners owners, Transactions transactions, InstantSource clock) {
        this.rows = rows;
        this.accounts = accounts;
        this.owners = owners;
        this.transactions = transactions;
        this.clock = clock;
    }

    public Optional<AccountSummary> find(String issuer, String subject) {
        return rows.findByIdentity(issuer, subject).map(StoredAccount::summary);
    }

    /** Whether the provider knows the account under some subject. */
    public boolean knows(String issuer, String accountId) {
        return rows.hasIdentity(accountId, issuer);
    }

    /** From now on this subject is this account. */
    public void link(String issuer, String subject, String accountId) {
        rows.insertIdentity(issuer, subject, accountId, clock.instant());
    }

    /**
     * Makes the account's role in the installation what the provider says. What somebody here gave stays, and so does the
     * installation's only owner.
     *
     * @param role null when the provider gives none
     */
    public AccountSummary grant(String accountId, @Nullable Role role) {
        return transactions.run(() -> {
            StoredAccount account = rows.find(accountId).orElseThrow();
            boolean local = account.summary().role() != null && account.roleSource() == RoleSource.LOCAL;
            if (!local && account.summary().role() != role && !leavesNoOwner(account, role)) {
                rows.changeRole(accountId, role, role == null ? RoleSource.LOCAL : RoleSource.IDENTITY_PROVIDER);
            }
            return accounts.account(accountId);
        });
    }

    private boolean leavesNoOwner(StoredAccount account, @Nullable Role role) {
        return account.summary().role() == Role.OWNER
                && role != Role.OWNER
                && owners.isOnlyOperator(account.accountId());
    }
}
