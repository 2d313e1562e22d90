package dev.molink.controlplane.audit;

import dev.molink.controlplane.audit.AuditVerdict.Broken;
import dev.molink.controlplane.audit.AuditVerdict.Intact;
import dev.molink.controlplane.audit.AuditVerdict.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One walk along the chain from its first row, up to the first that is wrong. Belongs to one thread. */
final class ChainWalk {

    private static final int ROWS_AT_ONCE = 1000;

    private final AuditTable table;
    /** Number and hash of the last row that was right. */
    private long sequence;

    private String hash = AuditRow.NO_HASH;
    private @Nullable Broken damage;

    ChainWalk(AuditTable table) {
        this.table = table;
    }

    /** A walk that goes on from the same row. */
    ChainWalk copy() {
        ChainWalk copy = new ChainWalk(table);
        copy.sequence = sequence;
        copy.hash = hash;
        copy.damage = damage;
        return copy;
    }

    /** Walks on by some rows; false when there may be no more, or one was wrong. */
    boolean next() {
        List<AuditRow> rows = table.behind(sequence, ROWS_AT_ONCE);
        for (AuditRow row : rows) {
            damage = damage(row);
            if (damage != null) {
                return false;
            }
            sequence = row.sequence();
            hash = row.hash();
        }
        return rows.size() == ROWS_AT_ONCE;
    }

    /** Walks to the end, which nobody moves meanwhile. */
    AuditVerdict finish(AuditTable.Head head) {
        while (damage == null && next()) {
            // until there are no more rows
        }
        return damage == null ? end(head) : damage;
    }

    private @Nullable Broken damage(AuditRow row) {
        if (row.sequence() != sequence + 1) {
            return new Broken(
                    sequence + 1,
                    Problem.MISSING,
                    "it is missing; the next one there is row %d.".formatted(row.sequence()));
        }
        if (!row.expectedHash().equals(row.hash())) {
            return new Broken(
                    row.sequence(),
                    Problem.CHANGED,
                    "%s (%s of %s) was changed: its content has the hash %s, but %s was recorded."
                            .formatted(row.id(), row.action(), row.objectId(), row.expectedHash(), row.hash()));
        }
        if (!row.previousHash().equals(hash)) {
            return new Broken(
                    row.sequence(),
                    Problem.REORDERED,
                    "%s (%s of %s) followed a row with the hash %s, but the row before it has %s."
                            .formatted(row.id(), row.action(), row.objectId(), row.previousHash(), hash));
        }
        return null;
    }

    private AuditVerdict end(AuditTable.Head head) {
        if (sequence < head.count()) {
            return new Broken(
                    sequence + 1,
                    Problem.CUT,
                    "it is missing and so are all that followed; the log had %d rows.".formatted(head.count()));
        }
        if (sequence > head.count()) {
            return new Broken(
                    head.count() + 1,
                    Problem.ADDED,
                    "it was added behind the recorded end of the log, which is row %d.".formatted(head.count()));
        }
        if (!hash.equals(head.hash())) {
            return new Broken(
                    sequence,
                    Problem.CHANGED,
                    "it was replaced: its hash is %s, but the recorded end of the log is %s."
                            .formatted(hash, head.hash()));
        }
        return new Intact(sequence, hash);
    }
}
