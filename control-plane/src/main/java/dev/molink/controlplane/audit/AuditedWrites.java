package dev.molink.controlplane.audit;

import dev.molink.controlplane.storage.Transactions;
import java.util.List;
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
     * @param entries what is recorded of the work's result; none where it changed nothing
     */
    public <T> T run(Supplier<T> work, Function<T, List<AuditEntry>> entries) {
        return transactions.run(() -> {
            T result = work.get();
            entries.apply(result).forEach(trail::record);
            return result;
        });
    }
}
