package dev.molink.controlplane.keys;

import dev.molink.controlplane.storage.Transactions;
import java.util.function.Supplier;

/**
 * Transactions that change what verified keys carry. They run one after the other, on all replicas: each begins with the row
 * of the stamp, which it holds until its end.
 */
final class KeyTransactions {

    private final Transactions transactions;
    private final KeyChanges changes;
    private final KeyVerifier verifier;

    KeyTransactions(Transactions transactions, KeyChanges changes, KeyVerifier verifier) {
        this.transactions = transactions;
        this.changes = changes;
        this.verifier = verifier;
    }

    /**
     * The change holds here as soon as the transaction is committed, which may be a caller's around it, and everywhere within
     * a second.
     */
    <T> T change(Supplier<T> work) {
        return transactions.run(() -> {
            changes.changed();
            T result = work.get();
            // not before: a request in between would read the old state again and keep it
            Transactions.afterCommit(verifier::forget);
            return result;
        });
    }
}
