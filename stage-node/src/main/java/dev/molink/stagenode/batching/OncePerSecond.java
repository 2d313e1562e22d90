package dev.molink.stagenode.batching;

/** Says once a second that it is time; the first time at once. */
final class OncePerSecond {

    private static final long INTERVAL_NANOS = 1_000_000_000;

    private boolean started;
    private long lastNanos;

    boolean due(long nowNanos) {
        if (started && nowNanos - lastNanos < INTERVAL_NANOS) {
            return false;
        }
        started = true;
        lastNanos = nowNanos;
        return true;
    }
}
