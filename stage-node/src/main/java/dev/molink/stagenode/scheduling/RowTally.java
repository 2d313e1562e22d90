package dev.molink.stagenode.scheduling;

/** Adds up a sequence's rows by cause. */
final class RowTally {

    private long computed;
    private long recomputed;
    private long verifiedAccepted;
    private long verifiedRejected;
    private long discarded;

    /** Rows of a step that brought the sequence on. */
    void computed(int rows, int recomputedRows) {
        computed += rows - recomputedRows;
        recomputed += recomputedRows;
    }

    /** Rows of a step that came to nothing for the sequence. Returns how many of them count as discarded. */
    int discarded(int rows, int recomputedRows) {
        recomputed += recomputedRows;
        discarded += rows - recomputedRows;
        return rows - recomputedRows;
    }

    void verified(int accepted, int rejected) {
        verifiedAccepted += accepted;
        verifiedRejected += rejected;
    }

    RowCounts total() {
        return new RowCounts(computed, recomputed, verifiedAccepted, verifiedRejected, discarded);
    }
}
