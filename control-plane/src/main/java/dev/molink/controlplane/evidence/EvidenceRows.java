package dev.molink.controlplane.evidence;

import dev.molink.controlplane.usage.RowCounts;

/**
 * Rows that a stage computed, by cause, in one record or in several. Rows move from one cause to another when it turns out
 * what they were good for, so the numbers of one record may be negative.
 */
public record EvidenceRows(
        long computed, long recomputed, long replayed, long verifiedAccepted, long verifiedRejected, long discarded) {

    public static final EvidenceRows NONE = new EvidenceRows(0, 0, 0, 0, 0, 0);

    public static EvidenceRows of(RowCounts rows) {
        return new EvidenceRows(
                rows.computed(),
                rows.recomputed(),
                rows.replayed(),
                rows.verifiedAccepted(),
                rows.verifiedRejected(),
                rows.discarded());
    }

    public EvidenceRows plus(EvidenceRows other) {
        return new EvidenceRows(
                Math.addExact(computed, other.computed),
                Math.addExact(recomputed, other.recomputed),
                Math.addExact(replayed, other.replayed),
                Math.addExact(verifiedAccepted, other.verifiedAccepted),
                Math.addExact(verifiedRejected, other.verifiedRejected),
                Math.addExact(discarded, other.discarded));
    }

    /** Of whatever cause: rows that move from one to another leave it as it is. */
    public long total() {
        return computed + recomputed + replayed + verifiedAccepted + verifiedRejected + discarded;
    }
}
