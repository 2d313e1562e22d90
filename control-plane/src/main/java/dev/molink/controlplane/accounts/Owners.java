package dev.molink.controlplane.accounts;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Sees to it that somebody always stays who may do everything: in the installation and in every organization that ever had an
 * owner. An owner who may not log in does not count.
 *
 * <p>Everybody who takes an owner's role away locks first and looks then, so that two who do it side by side, on whatever
 * replica, see each other: rows of organizations in the order of their ids, then those of the installation's owners.
 */
public final class Owners {

    private static final String LOCK_OPERATORS = """
            SELECT id FROM account WHERE kind = 'OPERATOR' AND role = 'OWNER' AND deactivated_at IS NULL
            ORDER BY id FOR UPDATE""";
    private static final String LOCK_OWNED = """
            SELECT id FROM organization WHERE id IN (
                SELECT organization_id FROM membership WHERE account_id = :account AND role = 'OWNER')
            ORDER BY id FOR UPDATE""";
    private static final String OWNERS = """
            SELECT membership.account_id FROM membership JOIN account ON account.id = membership.account_id
            WHERE organization_id = :organization AND membership.role = 'OWNER' AND deactivated_at IS NULL""";

    private final JdbcClient database;

    Owners(JdbcClient database) {
        this.database = database;
    }

    /**
     * Locks the organization against every other change of its members, until the transaction ends.
     *
     * @throws RefusedException when there is no such organization
     */
    public void lock(String organizationId) {
        boolean missing = database.sql("SELECT id FROM organization WHERE id = :organization FOR UPDATE")
                .param("organization", organizationId)
                .query(String.class)
                .list()
                .isEmpty();
        if (missing) {
            throw new RefusedException(Reason.NOT_FOUND, "there is no organization '%s'".formatted(organizationId));
        }
    }

    /**
     * Whether the account is the only one that owns this organization; the caller has locked it.
     */
    public boolean isOnlyOwner(String organizationId, String accountId) {
        return database.sql(OWNERS)
                .param("organization", organizationId)
                .query(String.class)
                .list()
                .equals(List.of(accountId));
    }

    /** @throws RefusedException when nobody else owns this organization; the caller has locked it */
    public void requireAnother(String organizationId, String accountId) {
        if (isOnlyOwner(organizationId, accountId)) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "'%s' is the only owner of the organization '%s'; make somebody else its owner first"
                            .formatted(accountId, organizationId));
        }
    }

    /** @throws RefusedException when nobody else owns the installation */
    void requireAnotherOperator(String accountId) {
        if (isOnlyOperator(accountId)) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "'%s' is the only owner of the installation; make somebody else its owner first"
                            .formatted(accountId));
        }
    }

    /** Whether the account is the only one that owns the installation. Locks the owners until the transaction ends. */
    boolean isOnlyOperator(String accountId) {
        return database.sql(LOCK_OPERATORS).query(String.class).list().equals(List.of(accountId));
    }

    /** @throws RefusedException when nobody else owns the installation, or an organization that this account owns */
    void requireAnotherEverywhere(String accountId) {
        List<String> owned = database.sql(LOCK_OWNED)
                .param("account", accountId)
                .query(String.class)
                .list();
        owned.forEach(organization -> requireAnother(organization, accountId));
        requireAnotherOperator(accountId);
    }
}
