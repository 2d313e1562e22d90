package dev.molink.stagenode.batching;

/** Decides on decode groups and piece size. Keeps what it has seen; one thread at a time. */
public interface BatchingPolicy {

    /**
     * What holds from now on. May be asked before each plan: the same instance comes back until something changes.
     *
     * @param nowNanos of a clock that does not go back
     */
    Decision decide(long nowNanos, Measurements measurements, Load load);
}
