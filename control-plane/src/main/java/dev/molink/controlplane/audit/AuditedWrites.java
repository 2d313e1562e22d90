package dev.molink.controlplane.audit;

import dev.molink.controlplane.storage.Transactions;
import java.util.function.Function;
import java.util.function.Supplier;

/** Writes that leave a row in the audit log, or do not happen at all. */
public final class AuditedWrites {

    private final AuditTrail trail;
    private final Transactions transactions;

    AuditedWrites(AuditTrail trail, Transactions transactions) {
        this.trail = trail;
        this.transactions = transactions;
    }

    /**
     * Writes and records in one transaction.
     *
     * @param work may run several times, as {@link Transactions} says
     * @param entry what is recorded of the work's result
     */
    public <T> T run(Supplier<T> work, Function<T, AuditEntry> entry) {
        return transactions.run(() -> {
            T result = work.get();
            trail.record(entry.apply(result));
            return result;
        });
    }
}
