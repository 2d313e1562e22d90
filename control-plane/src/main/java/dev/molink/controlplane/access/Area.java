package dev.molink.controlplane.access;

/** A part of the administration that is allowed or denied as a whole, to look at and to change. */
public enum Area {
    /** Projects of the organization and their settings. */
    PROJECTS,
    /** API keys and service accounts of projects. */
    KEYS,
    /** Members, their roles, invitations. */
    MEMBERS,
    /** Keys of the administration itself. */
    ADMIN_KEYS,
    /** Rate limits, spend limits and budgets. */
    LIMITS,
    /** Alerts and the web addresses that they are sent to. */
    ALERTS,
    /** What was used, and what it cost the tenant. */
    USAGE,
    /** Price rules. */
    PRICES,
    /** Wallets, credits, ledger and statements. */
    MONEY,
    /** What serving costs the operator, and the margin. */
    PROFIT,
    /** The proof that counters, usage, ledger and statements agree. */
    RECONCILIATION,
    /** Who changed what. */
    AUDIT,
    /** Nodes, links and pipelines. */
    FLEET
}
