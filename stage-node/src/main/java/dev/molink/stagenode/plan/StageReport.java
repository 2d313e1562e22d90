package dev.molink.stagenode.plan;

/**
 * What a stage has measured lately; each stage sends one a second towards the head.
 *
 * @param stage index within the pipeline
 * @param decodeStepNanos computing one decode step, smoothed; 0: none yet
 * @param prefillTokenNanos computing one token of a prefill piece, smoothed; 0: none yet
 * @param busyNanos time spent computing since the formation
 * @param wallNanos time since the formation
 * @param link towards the next stage; the last stage's is that to the head
 * @param traffic what was sent on that link
 */
public record StageReport(
        long epoch,
        int stage,
        long decodeStepNanos,
        long prefillTokenNanos,
        long busyNanos,
        long wallNanos,
        LinkRate link,
        LinkTraffic traffic) {

    /** Of a stage whose link has carried nothing. */
    public StageReport(
            long epoch,
            int stage,
            long decodeStepNanos,
            long prefillTokenNanos,
            long busyNanos,
            long wallNanos,
            LinkRate link) {
        this(epoch, stage, decodeStepNanos, prefillTokenNanos, busyNanos, wallNanos, link, LinkTraffic.NONE);
    }

    /** The same with what is known of the link. */
    public StageReport withLink(LinkRate known, LinkTraffic sent) {
        return new StageReport(epoch, stage, decodeStepNanos, prefillTokenNanos, busyNanos, wallNanos, known, sent);
    }

    /**
     * A link as acknowledgements show it.
     *
     * @param bytesPerSecond 0: not measured yet
     * @param oneWayNanos half of the shortest round trip lately; 0: not measured yet
     */
    public record LinkRate(long bytesPerSecond, long oneWayNanos) {

        public static final LinkRate UNKNOWN = new LinkRate(0, 0);
    }
}
