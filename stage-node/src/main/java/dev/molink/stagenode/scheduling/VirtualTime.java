package dev.molink.stagenode.scheduling;

/** The scheduler's time: what its owner last said it is. It never goes back. */
final class VirtualTime {

    private long nanos;
    private boolean known;

    long nanos() {
        return nanos;
    }

    void advance(long nowNanos) {
        nanos = known ? Math.max(nanos, nowNanos) : nowNanos;
        known = true;
    }
}
