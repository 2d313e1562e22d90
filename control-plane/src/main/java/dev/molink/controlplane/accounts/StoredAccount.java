package dev.molink.controlplane.accounts;

import org.jspecify.annotations.Nullable;

/** An account as its row has it. {@code passwordHash}: null when it logs in through the identity provider only. */
record StoredAccount(AccountSummary summary, @Nullable String passwordHash, RoleSource roleSource) {

    String accountId() {
        return summary.accountId();
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "StoredAccount[accountId=%s]".formatted(accountId());
    }
}
