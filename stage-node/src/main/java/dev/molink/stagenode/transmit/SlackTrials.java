package dev.molink.stagenode.transmit;

import java.util.function.LongSupplier;

/**
 * How much longer than its round trip a prefill window has to last where the ends of a link are slow to notice frames.
 *
 * <p>A window of rate × shortest round trip keeps the wire busy only while both ends answer at once. Where their processors
 * are busy with other things, each answer comes milliseconds late; the wire then rests in between, what arrives shows a lower
 * rate, the window shrinks with it, and the rate that was measured confirms itself at a small part of what the wire
 * carries. No time stamp tells a late thread from a slow wire. But more bytes under way make a difference in the first case alone,
 * so that is tried: a link that carries clearly less than it once did, while prefill waits for its window, gets some slack for
 * a while. A gain of a seventh is kept, and twice as much is tried next. What was kept is halved now and then, and stays so
 * where nothing is lost. Failed trials are repeated ever more seldom.
 */
final class SlackTrials {

    /** Slack that is less than a frame is none. */
    private static final long LEAST_SLACK_BYTES = FairRule.LEAST_FRAME_BYTES;

    /** Nobody is later than that: slack is what the link carries in it at most. */
    private static final double MOST_SLACK_SECONDS = 0.25;

    /** For as long, at least, bytes are counted before a trial and in it; the same for what is not counted in between. */
    private static final long PERIOD_NANOS = 100_000_000;

    private static final int PERIOD_ROUND_TRIPS = 4;
    private static final long SHORTEST_PAUSE_NANOS = 500_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 32_000_000_000L;

    /** A link is slower than it was below this share of the highest rate that it showed. */
    private static final double SLOWER = 0.8;

    private static final double GAIN = 1.15;
    private static final double LOSS = 0.95;

    /** What a failed trial leaves of the belief in the highest rate: links do become slower. */
    private static final double DOUBT = 0.7;

    private final LinkEstimator estimator;
    private final LongSupplier bareWindowBytes;
    private Phase phase = Phase.RESTS;
    private long phaseBeganNanos;
    private long phaseBeganBytes;
    private boolean isClosedInPhase;

    private long slackBytes;
    private long slackBeforeBytes;
    private double bytesPerSecondBefore;

    private double highestBytesPerSecond;
    private boolean hasFailedUpwards;
    private long pauseNanos = SHORTEST_PAUSE_NANOS;
    private long restsUntilNanos = Long.MIN_VALUE;

    private enum Phase {
        RESTS,
        COUNTS_BEFORE,
        SETTLES,
        COUNTS
    }

    /** @param bareWindowBytes what may be under way without slack */
    SlackTrials(LinkEstimator estimator, LongSupplier bareWindowBytes) {
        this.estimator = estimator;
        this.bareWindowBytes = bareWindowBytes;
    }

    /** How much longer the window is than rate × round trip. */
    long slackBytes() {
        return slackBytes;
    }

    /**
     * Asked whenever something may go.
     *
     * @param waits whether prefill has something to send
     * @param isClosed whether its window keeps it from going
     * @param arrivedBytes of all messages, since the link's beginning
     */
    void look(long nowNanos, boolean waits, boolean isClosed, long arrivedBytes) {
        highestBytesPerSecond = Math.max(highestBytesPerSecond, estimator.bytesPerSecond());
        if (!waits) {
            abandon();
            return;
        }
        isClosedInPhase |= isClosed;
        if (phase == Phase.RESTS) {
            if (nowNanos >= restsUntilNanos && (canShrink() || (isClosed && canGrow()))) {
                begin(Phase.COUNTS_BEFORE, nowNanos, arrivedBytes);
            }
        } else if (nowNanos - phaseBeganNanos >= periodNanos()) {
            phaseOver(nowNanos, arrivedBytes);
        }
    }

    private void phaseOver(long nowNanos, long arrivedBytes) {
        double bytesPerSecond = (arrivedBytes - phaseBeganBytes) * 1e9 / (nowNanos - phaseBeganNanos);
        switch (phase) {
            case COUNTS_BEFORE -> tryNext(bytesPerSecond, nowNanos, arrivedBytes);
            case SETTLES -> begin(Phase.COUNTS, nowNanos, arrivedBytes);
            case COUNTS -> judge(bytesPerSecond, nowNanos, arrivedBytes);
            case RESTS -> {}
        }
    }

    private void tryNext(double bytesPerSecond, long nowNanos, long arrivedBytes) {
        boolean canGrow = isClosedInPhase && canGrow();
        if (!canGrow && !canShrink()) {
            abandon();
            return;
        }
        bytesPerSecondBefore = bytesPerSecond;
        slackBeforeBytes = slackBytes;
        slackBytes = canGrow && !(hasFailedUpwards && canShrink()) ? more() : less();
        begin(Phase.SETTLES, nowNanos, arrivedBytes);
    }

    /** As much as doubles what may be under way. */
    private long more() {
        return Math.min(bareWindowBytes.getAsLong() + 2 * slackBytes, mostBytes());
    }

    private long less() {
        return slackBytes / 2 < LEAST_SLACK_BYTES ? 0 : slackBytes / 2;
    }

    private long mostBytes() {
        return Math.round(highestBytesPerSecond * MOST_SLACK_SECONDS);
    }

    private void judge(double bytesPerSecond, long nowNanos, long arrivedBytes) {
        boolean grew = slackBytes > slackBeforeBytes;
        boolean keeps = bytesPerSecond >= (grew ? GAIN : LOSS) * bytesPerSecondBefore;
        hasFailedUpwards = grew && !keeps;
        if (keeps) {
            pauseNanos = SHORTEST_PAUSE_NANOS;
            tryNextAfter(bytesPerSecond, nowNanos, arrivedBytes);
            return;
        }
        slackBytes = slackBeforeBytes;
        highestBytesPerSecond *= grew ? DOUBT : 1;
        rest(nowNanos);
    }

    /** Upwards one trial follows the other; downwards they take their time, as nothing is gained but shorter queues. */
    private void tryNextAfter(double bytesPerSecond, long nowNanos, long arrivedBytes) {
        isClosedInPhase = true;
        if (slackBytes > slackBeforeBytes && canGrow()) {
            tryNext(bytesPerSecond, nowNanos, arrivedBytes);
        } else {
            rest(nowNanos);
        }
    }

    private void rest(long nowNanos) {
        phase = Phase.RESTS;
        restsUntilNanos = nowNanos + pauseNanos;
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    /** What is being tried cannot be judged. */
    private void abandon() {
        if (phase == Phase.SETTLES || phase == Phase.COUNTS) {
            slackBytes = slackBeforeBytes;
        }
        phase = Phase.RESTS;
    }

    private void begin(Phase next, long nowNanos, long arrivedBytes) {
        phase = next;
        phaseBeganNanos = nowNanos;
        phaseBeganBytes = arrivedBytes;
        isClosedInPhase = false;
    }

    private boolean canGrow() {
        boolean isSlower = estimator.bytesPerSecond() < SLOWER * highestBytesPerSecond;
        return isSlower && slackBytes < mostBytes();
    }

    private boolean canShrink() {
        return slackBytes > 0;
    }

    private long periodNanos() {
        return Math.max(PERIOD_NANOS, PERIOD_ROUND_TRIPS * estimator.roundTripNanos());
    }
}
