package dev.molink.stagenode.link;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts the beats that the other end missed. It counts own beats without a sign of life between them rather than time,
 * so that a pause of this process is not taken for silence of the other.
 */
final class PulseMonitor {

    private static final int MAX_MISSED = 3;

    private final AtomicBoolean heard = new AtomicBoolean(true);

    // Owned by the thread that beats.
    private int missed;

    void heard() {
        heard.set(true);
    }

    /** Called once per beat; true when the other end is gone. */
    boolean isLost() {
        missed = heard.getAndSet(false) ? 0 : missed + 1;
        return missed >= MAX_MISSED;
    }
}
