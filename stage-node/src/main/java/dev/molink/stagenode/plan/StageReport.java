package dev.molink.stagenode.plan;

/**
 * What a stage has measured lately; each stage sends one a second towards the head.
 *
 * @param stage index within the pipeline
 * @param decodeStepNanos computing one decode or verify step, smoothed; 0: none yet
 * @param decodeCost the same by rows
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
        DecodeCost decodeCost,
        long prefillTokenNanos,
        long busyNanos,
        long wallNanos,
        LinkRate link,
        LinkTraffic traffic) {

    /** Of a stage that has not seen steps of different sizes yet, and whose link has carried nothing. */
    public StageReport(
            long epoch,
            int stage,
            long decodeStepNanos,
            long prefillTokenNanos,
            long busyNanos,
            long wallNanos,
            LinkRate link) {
        this(epoch, stage, decodeStepNanos, DecodeCost.UNKNOWN, prefillTokenNanos, busyNanos, wallNanos, link);
    }

    /** Of a stage whose link has carried nothing. */
    public StageReport(
            long epoch,
            int stage,
            long decodeStepNanos,
            DecodeCost decodeCost,
            long prefillTokenNanos,
            long busyNanos,
            long wallNanos,
            LinkRate link) {
        this(
                epoch,
                stage,
                decodeStepNanos,
                decodeCost,
                prefillTokenNanos,
                busyNanos,
                wallNanos,
                link,
                LinkTraffic.NONE);
    }

    /** The same with what is known of the link. */
    public StageReport withLink(LinkRate known, LinkTraffic sent) {
        return new StageReport(
                epoch, stage, decodeStepNanos, decodeCost, prefillTokenNanos, busyNanos, wallNanos, known, sent);
    }

    /**
     * Computing a decode step of n rows takes {@code fixedNanos + n · rowNanos}; both 0: not measured yet, as all steps had
     * the same number of rows.
     */
    public record DecodeCost(long fixedNanos, long rowNanos) {

        public static final DecodeCost UNKNOWN = new DecodeCost(0, 0);

        public boolean known() {
            return fixedNanos > 0 || rowNanos > 0;
        }

        public double nanos(int rows) {
            return fixedNanos + (double) rows * rowNanos;
        }
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
