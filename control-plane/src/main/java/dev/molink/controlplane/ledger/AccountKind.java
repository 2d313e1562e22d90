package dev.molink.controlplane.ledger;

import java.util.Locale;

/** What an account of a tenant's book holds. Its balance is what came in less what went out. */
public enum AccountKind {
    /** Money that the tenant paid ahead. */
    WALLET(true),
    /** What is left of one credit that was granted; each has an account of its own. */
    CREDIT(true),
    /** What the tenant owes, below zero. */
    RECEIVABLE(true),
    /** What was charged for requests. */
    REVENUE(false),
    /** Money that came from outside, below zero. */
    FUNDING(false),
    /** Credits that were given away, below zero. */
    GRANTS(false),
    /** What was left of credits when they expired. */
    EXPIRED(false),
    /** Corrections by hand that are no reversal. */
    ADJUSTMENT(false);

    private final boolean ofTenant;

    AccountKind(boolean ofTenant) {
        this.ofTenant = ofTenant;
    }

    /** Whether its balance is part of what the tenant has, or owes; the others hold the other side of the operator's books. */
    public boolean ofTenant() {
        return ofTenant;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
