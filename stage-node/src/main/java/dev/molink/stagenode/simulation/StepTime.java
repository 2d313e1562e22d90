package dev.molink.stagenode.simulation;

import java.util.concurrent.locks.LockSupport;

/** The time that simulated computing takes. */
interface StepTime {

    /**
     * Time of this machine. The operating system wakes a thread some 50 µs late, so that the last bit is waited for
     * awake; one thread that steps 100 times a second spends 1 % of a core on that.
     */
    StepTime OF_THIS_MACHINE = new StepTime() {

        private static final long AWAKE_NANOS = 100_000;

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void waitUntil(long nanos) {
            Thread waiting = Thread.currentThread();
            for (long left = nanos - nanos(); left > 0 && !waiting.isInterrupted(); left = nanos - nanos()) {
                if (left > AWAKE_NANOS) {
                    LockSupport.parkNanos(left - AWAKE_NANOS);
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    };

    /** Nanoseconds since an unknown beginning. */
    long nanos();

    /** Returns at {@code nanos}, or at once where that is over or the thread is interrupted. */
    void waitUntil(long nanos);
}
