package dev.molink.stagenode.transmit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code fair}: control first, then decode, then prefill, in frames of about 2 ms of the measured rate, so that a decode
 * message waits for one prefill frame at most, except while prefill is below its floor.
 *
 * <p><b>Window.</b> Prefill bytes under way are at most rate × round trip and one frame more: what fills the link, so that
 * nothing queues below us, where nobody could overtake it. Before the first sample they are 256 KiB and a frame. Where the ends
 * are late, {@link SlackTrials} lets more go.
 *
 * <p><b>Floor.</b> While prefill could go, every byte of another class earns it a third of a byte; what it sends is paid from
 * that, with one frame of debt or credit at most. As soon as nothing is owed by it, prefill goes before decode. It so has at least
 * {@code n / 3 − 4 / 3} frames of {@code 4 n / 3}, which is a fifth from 20 frames on, and a quarter in the long run. Control
 * earns, but never waits: it is small.
 *
 * <p><b>Order.</b> Among prefills the one with the fewest bytes left goes first, {@link ShortestPrefills}. What that is good
 * for depends on how long messages are. Where a prefill message takes hundreds of milliseconds, small frames alone take most
 * of the wait off decode, and every other policy that cuts prefill comes close only as far as its pieces are short. Where it
 * takes a few (1 Gbit/s, or eight bits a value), nobody waits long for one message any more and decode gains little from the
 * policy; what is left to win is the mean TTFT, and that is a question of which prompt is through first: to send two prompts
 * in turns, as {@code molink} and {@code concurrent} do, ends both of them late, and to send them as they came lets a short
 * one wait for a long one. Fewest bytes first is the order with the least mean (Schrage 1968), and the limit of 2 s bounds what
 * the long one pays. It must count whole prompts, not messages: the last piece of a long prompt is short, and if it overtook
 * the pieces in front of it, it would take the wire from others and be useless at the other end.
 */
final class FairRule implements TransmitRule {

    static final int LEAST_FRAME_BYTES = 16 << 10;
    static final long FRAME_NANOS = 2_000_000;

    /** Where not even two of the shortest frames may be under way, they go in parts of at least this. */
    private static final int LEAST_PART_BYTES = 4 << 10;

    /** What may be under way before the first sample: enough of it to see the wire's rate by. */
    static final long UNKNOWN_WINDOW_BYTES = 256 << 10;

    private static final long EARNING_SHARE = 3;

    private final LinkEstimator estimator;
    private final LongSupplier prefillUnderWay;
    private final SlackTrials slack;
    private final Deque<QueuedMessage> controls = new ArrayDeque<>();
    private final Deque<QueuedMessage> decodes = new ArrayDeque<>();
    private final ShortestPrefills prefills = new ShortestPrefills();

    /** Bytes that prefill is owed, times {@link #EARNING_SHARE}; below zero: it had more than its floor. */
    private long account;

    /** Whether a prefill frame could have gone when the last choice was made. */
    private boolean prefillCouldGo;

    private long departedBytes;

    /** @param prefillUnderWay bytes of prefill that went out and were not acknowledged */
    FairRule(LinkEstimator estimator, LongSupplier prefillUnderWay) {
        this.estimator = estimator;
        this.prefillUnderWay = prefillUnderWay;
        this.slack = new SlackTrials(estimator, () -> bareWindowBytes() + frameBytes());
        this.account = -EARNING_SHARE * frameBytes();
    }

    @Override
    public void enter(QueuedMessage message) {
        if (message.kind() == TransmitClass.PREFILL) {
            prefills.enter(message);
        } else if (message.freshBytes() > 0) {
            refilled(message);
        }
    }

    @Override
    public void refilled(QueuedMessage message) {
        switch (message.kind()) {
            case CONTROL -> refilledIn(controls, message);
            case DECODE -> refilledIn(decodes, message);
            case PREFILL -> prefills.refilled(message);
        }
    }

    private static void refilledIn(Deque<QueuedMessage> messages, QueuedMessage message) {
        // One to repeat waits already.
        if (!message.isToRepeat()) {
            messages.add(message);
        }
    }

    @Override
    public void enterToRepeat(QueuedMessage message) {
        switch (message.kind()) {
            case CONTROL -> toFront(controls, message);
            case DECODE -> toFront(decodes, message);
            case PREFILL -> prefills.enterToRepeat(message);
        }
    }

    private static void toFront(Deque<QueuedMessage> messages, QueuedMessage message) {
        messages.remove(message);
        messages.addFirst(message);
    }

    @Override
    public void leave(QueuedMessage message) {
        switch (message.kind()) {
            case CONTROL -> controls.remove(message);
            case DECODE -> decodes.remove(message);
            case PREFILL -> prefills.leave(message);
        }
    }

    @Override
    public void clear() {
        controls.clear();
        decodes.clear();
        prefills.clear();
    }

    @Override
    public @Nullable Choice choose(long nowNanos, boolean decodeWritable, boolean prefillWritable) {
        long frameBytes = frameBytes();
        QueuedMessage prefill = prefillWritable ? prefills.first(nowNanos) : null;
        long prefillBytes = prefill == null ? 0 : prefillBytes(prefill, frameBytes);
        prefillCouldGo = prefillBytes > 0;
        boolean isClosed = prefill != null && prefillBytes == 0;
        slack.look(
                nowNanos, prefill != null || !prefillWritable, isClosed, departedBytes - prefillUnderWay.getAsLong());
        account = Math.clamp(account, -EARNING_SHARE * frameBytes, EARNING_SHARE * frameBytes);
        if (decodeWritable && !controls.isEmpty()) {
            return new Choice(controls.element(), frameBytes);
        }
        QueuedMessage decode = decodeWritable ? decodes.peek() : null;
        if (decode != null && !(prefillCouldGo && account >= 0)) {
            return new Choice(decode, frameBytes);
        }
        return prefill == null || prefillBytes == 0 ? null : new Choice(prefill, prefillBytes);
    }

    /** How much of a prefill message may go: 0 where its window is closed. */
    private long prefillBytes(QueuedMessage prefill, long frameBytes) {
        long window = windowBytes() + frameBytes;
        long room = window - prefillUnderWay.getAsLong();
        // Never more than half of what may be under way, so that a frame is on the wire while another's answer comes.
        // It takes two frames in a row to see the wire's rate.
        long most = Math.min(frameBytes, Math.max(LEAST_FRAME_BYTES / 2, window / 2));
        long wanted = Math.min(most, prefill.sendableBytes());
        long least = window < 2 * LEAST_FRAME_BYTES ? LEAST_PART_BYTES : LEAST_FRAME_BYTES;
        return room >= Math.min(wanted, least) ? Math.min(room, wanted) : 0;
    }

    @Override
    public void departed(QueuedMessage message, int bytes) {
        departedBytes += bytes;
        switch (message.kind()) {
            case CONTROL -> departedFrom(controls, message, bytes);
            case DECODE -> departedFrom(decodes, message, bytes);
            case PREFILL -> {
                prefills.departed(message, bytes);
                account -= EARNING_SHARE * bytes;
            }
        }
    }

    private void departedFrom(Deque<QueuedMessage> messages, QueuedMessage message, int bytes) {
        if (message.sendableBytes() == 0) {
            messages.remove();
        }
        if (prefillCouldGo) {
            account += bytes;
        }
    }

    /** About 2 ms of the measured rate; the least before one was measured. */
    @Override
    public long frameBytes() {
        long bytes = Math.round(estimator.bytesPerSecond() * (FRAME_NANOS / 1e9));
        return Math.clamp(bytes, LEAST_FRAME_BYTES, TransmitQueue.MAX_FRAME_BYTES);
    }

    /** Rate × round trip, and more where the ends are late. */
    @Override
    public long windowBytes() {
        if (estimator.bytesPerSecond() == 0) {
            return UNKNOWN_WINDOW_BYTES;
        }
        return bareWindowBytes() + slack.slackBytes();
    }

    private long bareWindowBytes() {
        return Math.round(estimator.bytesPerSecond() * (estimator.roundTripNanos() / 1e9));
    }
}
