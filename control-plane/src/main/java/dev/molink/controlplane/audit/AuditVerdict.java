package dev.molink.controlplane.audit;

/** What the proof of the audit log found. */
public sealed interface AuditVerdict {

    /** In a sentence, for people. */
    String sentence();

    /**
     * Every row is as it was written, none is missing.
     *
     * @param hash of the last row; who keeps it elsewhere can tell later that nothing before it was rewritten
     */
    record Intact(long rows, String hash) implements AuditVerdict {

        @Override
        public String sentence() {
            return "The audit log is intact: %d row%s, the last with the hash %s."
                    .formatted(rows, rows == 1 ? "" : "s", hash);
        }
    }

    /**
     * The first row that is wrong.
     *
     * @param sequence its place in the log, from 1
     * @param problem what is wrong with it
     */
    record Broken(long sequence, Problem problem, String detail) implements AuditVerdict {

        @Override
        public String sentence() {
            return "The audit log is wrong from row %d on: %s".formatted(sequence, detail);
        }
    }

    /** Kinds of damage; stable, for programs. */
    enum Problem {
        /** The row's content is not what was hashed. */
        CHANGED,
        /** The row is not there, but later ones are. */
        MISSING,
        /** The row follows another than it did. */
        REORDERED,
        /** The log is shorter than its recorded end. */
        CUT,
        /** The log goes on behind its recorded end. */
        ADDED
    }
}
