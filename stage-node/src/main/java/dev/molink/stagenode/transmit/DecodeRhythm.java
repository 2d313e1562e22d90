package dev.molink.stagenode.transmit;

/**
 * When this stage computes decode steps, and how long MoLink's rule would let a prefill chunk take until the next hidden state
 * of a decode step is to go.
 */
final class DecodeRhythm {

    /** A step counts as just starting for so long. */
    static final long STARTING_NANOS = 2_000_000;

    static final long LEAST_AVAILABLE_NANOS = 100_000;
    static final long UNKNOWN = -1;

    private static final double SMOOTHING = 0.2;

    private boolean running;
    private long beganNanos;
    private long endedNanos;
    private long durationNanos = UNKNOWN;
    private double gapNanos = UNKNOWN;
    private boolean begunBefore;

    void began(long nowNanos) {
        if (begunBefore) {
            long gap = nowNanos - beganNanos;
            gapNanos = gapNanos == UNKNOWN ? gap : gapNanos + SMOOTHING * (gap - gapNanos);
        }
        begunBefore = true;
        running = true;
        beganNanos = nowNanos;
    }

    void ended(long nowNanos) {
        if (running) {
            running = false;
            durationNanos = nowNanos - beganNanos;
            endedNanos = nowNanos;
        }
    }

    /**
     * The paper's T_a: the decode duration where a step is just starting; what is left of it where one runs; else the time
     * until the next one has come, was computed and was sent, the steps coming at even distances.
     *
     * @param sendNanos T_m, that a decode message takes on the wire
     * @return at least {@link #LEAST_AVAILABLE_NANOS}; {@link #UNKNOWN} without history
     */
    long availableNanos(long nowNanos, long sendNanos) {
        if (durationNanos == UNKNOWN || (!running && gapNanos == UNKNOWN)) {
            return UNKNOWN;
        }
        return Math.max(LEAST_AVAILABLE_NANOS, running ? untilEnd(nowNanos) : untilNext(nowNanos) + sendNanos);
    }

    private long untilEnd(long nowNanos) {
        long runsFor = nowNanos - beganNanos;
        return runsFor <= STARTING_NANOS ? durationNanos : durationNanos - runsFor;
    }

    private long untilNext(long nowNanos) {
        return endedNanos + Math.round(gapNanos) + durationNanos - nowNanos;
    }
}
