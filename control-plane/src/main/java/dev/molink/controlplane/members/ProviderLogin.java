package dev.molink.controlplane.members;

import dev.molink.controlplane.accounts.AccountSummary;

/** What becomes of a login through an identity provider. */
public sealed interface ProviderLogin {

    /** @param firstTime whether the account was linked with the provider just now */
    record Admitted(AccountSummary account, boolean firstTime) implements ProviderLogin {}

    record Refused(Cause cause) implements ProviderLogin {}

    /** Why somebody whom the provider knows stays out. */
    enum Cause {
        /** The account is deactivated. */
        DEACTIVATED,
        /** The provider does not vouch for an e-mail address, so nobody can tell which account it is. */
        EMAIL_UNVERIFIED,
        /** There is no account, and none is made by itself. */
        NO_ACCOUNT,
        /** None of the person's groups gives a role, and nobody here gave one. */
        NO_ROLE,
        /** The account of this address is known to the provider as somebody else. */
        SOMEBODY_ELSE
    }
}
