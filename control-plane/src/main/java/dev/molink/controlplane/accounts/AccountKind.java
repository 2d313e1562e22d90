package dev.molink.controlplane.accounts;

/** What an account is for. */
public enum AccountKind {
    /** Runs the installation: has a role in it and sees every organization. */
    OPERATOR,
    /** Belongs to organizations, and sees those whose member it is. */
    MEMBER
}
