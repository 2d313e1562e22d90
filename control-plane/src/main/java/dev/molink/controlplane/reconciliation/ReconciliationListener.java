package dev.molink.controlplane.reconciliation;

/** Is told of each comparison that finished. */
@FunctionalInterface
public interface ReconciliationListener {

    /**
     * Called on the thread that ran it, in the transaction that writes its result: what this writes is durable with it, or
     * neither. So it changes nothing but the database, and what it throws makes the comparison fail.
     */
    void finished(ReconciliationRun run);
}
