package dev.molink.controlplane.accounts;

/** What an account is for; each area of the console names the roles that it lets in. */
public enum Role {
    /** Everything, accounts included. */
    OWNER,
    /** Everything but accounts. */
    ADMIN,
    /** Keys of projects; sees the fleet. */
    DEVELOPER,
    /** Usage and money. */
    FINANCE,
    /** Sees, changes nothing. */
    VIEWER
}
