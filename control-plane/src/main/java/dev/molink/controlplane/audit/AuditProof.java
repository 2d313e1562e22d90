package dev.molink.controlplane.audit;

import dev.molink.controlplane.audit.AuditVerdict.Broken;
import dev.molink.controlplane.audit.AuditVerdict.Intact;
import dev.molink.controlplane.audit.AuditVerdict.Problem;
import dev.molink.controlplane.storage.Transactions;
import java.util.List;

/**
 * Proves that the audit log is what was written: every row's hash covers its content and the hash before it, the numbers have
 * no gap, and the last row is the recorded end. Only for the last rows the end is locked, so that writes hardly wait.
 */
public final class AuditProof {

    private final AuditTable table;
    private final Transactions transactions;

    AuditProof(AuditTable table, Transactions transactions) {
        this.table = table;
        this.transactions = transactions;
    }

    /**
     * What somebody kept of an earlier proof.
     *
     * @param sequence of the row that was the last one
     * @param hash that it had
     */
    public record Witness(long sequence, String hash) {}

    public AuditVerdict verify() {
        ChainWalk walk = new ChainWalk(table);
        while (walk.next()) {
            // most of the log is read without holding up anybody
        }
        return transactions.run(() -> walk.copy().finish(table.lockedHead()));
    }

    /** As {@link #verify()}, and that nothing up to the witness was written anew with other hashes. */
    public AuditVerdict verify(Witness witness) {
        AuditVerdict verdict = verify();
        return verdict instanceof Intact ? compared(verdict, witness) : verdict;
    }

    private AuditVerdict compared(AuditVerdict intact, Witness witness) {
        List<AuditRow> found = table.behind(witness.sequence() - 1, 1);
        if (found.isEmpty()) {
            return new Broken(witness.sequence(), Problem.CUT, "it was there before and is missing now.");
        }
        return found.getFirst().hash().equals(witness.hash())
                ? intact
                : new Broken(
                        witness.sequence(),
                        Problem.CHANGED,
                        "its hash is %s and was %s: it or rows before it were written anew."
                                .formatted(found.getFirst().hash(), witness.hash()));
    }
}
