package dev.molink.controlplane.audit;

import dev.molink.controlplane.audit.AuditVerdict.Broken;
import dev.molink.controlplane.audit.AuditVerdict.Intact;
import dev.molink.controlplane.audit.AuditVerdict.Problem;
import dev.molink.controlplane.storage.Transactions;
import java.util.List;
import java.util.Optional;

/**
 * Proves that the audit log is what was written: every row's hash covers its content and the hash before it, the numbers have
 * no gap, and the last row is the recorded end. The end is locked meanwhile, so rows that are added just now wait.
 */
public final class AuditProof {

    private static final int ROWS_AT_ONCE = 1000;

    private final AuditTable table;
    private final Transactions transactions;

    AuditProof(AuditTable table, Transactions transactions) {
        this.table = table;
        this.transactions = transactions;
    }

    public AuditVerdict verify() {
        return transactions.run(() -> verify(table.lockedHead()));
    }

    private AuditVerdict verify(AuditTable.Head head) {
        long sequence = 0;
        String hash = AuditRow.NO_HASH;
        for (List<AuditRow> rows = table.behind(sequence, ROWS_AT_ONCE);
                !rows.isEmpty();
                rows = table.behind(sequence, ROWS_AT_ONCE)) {
            for (AuditRow row : rows) {
                Optional<AuditVerdict> damage = damage(row, sequence, hash);
                if (damage.isPresent()) {
                    return damage.get();
                }
                sequence = row.sequence();
                hash = row.hash();
            }
        }
        return end(head, sequence, hash);
    }

    private static Optional<AuditVerdict> damage(AuditRow row, long sequence, String hash) {
        if (row.sequence() != sequence + 1) {
            return Optional.of(new Broken(
                    sequence + 1,
                    Problem.MISSING,
                    "it is missing; the next one there is row %d.".formatted(row.sequence())));
        }
        if (!row.expectedHash().equals(row.hash())) {
            return Optional.of(new Broken(
                    row.sequence(),
                    Problem.CHANGED,
                    "%s (%s of %s) was changed: its content has the hash %s, but %s was recorded."
                            .formatted(row.id(), row.action(), row.objectId(), row.expectedHash(), row.hash())));
        }
        if (!row.previousHash().equals(hash)) {
            return Optional.of(new Broken(
                    row.sequence(),
                    Problem.REORDERED,
                    "%s (%s of %s) followed a row with the hash %s, but the row before it has %s."
                            .formatted(row.id(), row.action(), row.objectId(), row.previousHash(), hash)));
        }
        return Optional.empty();
    }

    private static AuditVerdict end(AuditTable.Head head, long rows, String hash) {
        if (rows < head.count()) {
            return new Broken(
                    rows + 1,
                    Problem.CUT,
                    "it is missing and so are all that followed; the log had %d rows.".formatted(head.count()));
        }
        if (rows > head.count()) {
            return new Broken(
                    head.count() + 1,
                    Problem.ADDED,
                    "it was added behind the recorded end of the log, which is row %d.".formatted(head.count()));
        }
        if (!hash.equals(head.hash())) {
            return new Broken(
                    rows,
                    Problem.CHANGED,
                    "it was replaced: its hash is %s, but the recorded end of the log is %s."
                            .formatted(hash, head.hash()));
        }
        return new Intact(rows, hash);
    }
}
