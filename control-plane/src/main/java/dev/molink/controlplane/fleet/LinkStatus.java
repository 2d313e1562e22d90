package dev.molink.controlplane.fleet;

/**
 * The link that a stage sends on: to the next stage, or from the last to the head.
 *
 * @param stage index of the sender
 * @param bytesPerSecond 0: not measured
 * @param oneWayNanos 0: not measured
 * @param decodeWaitP99Nanos from a decode message's arrival in the queue to its last frame's departure; 0: not measured
 * @param busyShare time in which bytes were under way ÷ time
 */
public record LinkStatus(int stage, long bytesPerSecond, long oneWayNanos, long decodeWaitP99Nanos, double busyShare) {}
