package dev.molink.stagenode.plan;

/**
 * What a stage has sent on the link to the next one, or from the last one to the head. Counts are since the formation.
 *
 * @param busyShare time in which bytes were under way ÷ time, over the last second or so
 * @param controlBytes sent as plans, outcomes and tokens; repetitions included, as in the other two
 * @param decodeBytes sent as hidden states of decode and verify steps
 * @param prefillBytes sent as hidden states of prefill pieces
 * @param decodeWaitP50Nanos from a decode message's arrival in the queue to its last frame's departure
 * @param framesRepeated sent again because they were lost or corrupt
 * @param corruptFrames of these, those that arrived with a wrong checksum
 * @param probes sent to measure the link while it was idle
 */
public record LinkTraffic(
        double busyShare,
        long controlBytes,
        long decodeBytes,
        long prefillBytes,
        long decodeWaitP50Nanos,
        long decodeWaitP99Nanos,
        long framesRepeated,
        long corruptFrames,
        long probes) {

    public static final LinkTraffic NONE = new LinkTraffic(0, 0, 0, 0, 0, 0, 0, 0, 0);
}
