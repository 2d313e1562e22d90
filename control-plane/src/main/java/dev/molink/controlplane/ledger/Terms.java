package dev.molink.controlplane.ledger;

/** How a tenant pays. */
public enum Terms {
    /** Ahead: what wallet and credits do not cover is not admitted. */
    PREPAID,
    /** Afterwards, by statement: what wallet and credits do not cover is owed. */
    POSTPAID
}
