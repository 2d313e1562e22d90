package dev.molink.controlplane.audit;

import dev.molink.controlplane.Identifiers;
import java.time.InstantSource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The audit log as a chain of hashes. Whoever adds a row locks the chain's end first and holds it until its transaction ends,
 * so that all replicas make one chain, in the order of their commits; writes of the administration are few enough to wait for
 * each other. A write therefore changes its own rows first and records last.
 */
final class ChainedAuditTrail implements AuditTrail {

    private final AuditTable table;
    private final Identifiers identifiers;
    private final InstantSource clock;

    ChainedAuditTrail(AuditTable table, Identifiers identifiers, InstantSource clock) {
        this.table = table;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    @Override
    public void record(AuditEntry entry) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(
                    "%s of %s is recorded outside of a transaction; it belongs into that of its write"
                            .formatted(entry.action(), entry.objectId()));
        }
        AuditTable.Head head = table.lockedHead();
        table.append(AuditRow.of(entry, head.count() + 1, identifiers.next("audit_log"), clock.instant(), head.hash()));
    }
}
