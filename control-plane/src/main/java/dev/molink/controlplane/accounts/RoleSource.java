package dev.molink.controlplane.accounts;

/** What gave an account a role. */
public enum RoleSource {
    /** Somebody here. */
    LOCAL,
    /** A group of the identity provider, which also takes it away. */
    IDENTITY_PROVIDER
}
