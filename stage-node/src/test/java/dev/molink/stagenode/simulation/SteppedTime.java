package dev.molink.stagenode.simulation;

/** A clock that only waiting moves. */
final class SteppedTime implements StepTime {

    private long nanos;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void waitUntil(long until) {
        nanos = Math.max(nanos, until);
    }
}
