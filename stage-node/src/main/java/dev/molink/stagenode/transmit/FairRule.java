package dev.molink.stagenode.transmit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * {@code fair}: control first, then decode, then prefill, in frames of about 2 ms of the measured rate, so that a decode
 * message waits for one prefill frame at most, except while prefill is below its floor.
 *
 * <p><b>Window.</b> Prefill bytes under way are at most rate × round trip and one frame more: what fills the link, so that
 * nothing queues below us, where nobody could overtake it. What decode has under way counts too, down to a fifth of the
 * product, because both share the wire.
 *
 * <p><b>Floor.</b> While prefill could go, every byte of another class earns it a third of a byte; what it sends is paid from
 * that, with one frame of debt at most, and as soon as the next decode frame would take the account over zero, prefill
 * goes instead. Over {@code n} frames' time this gives at least {@code (n / 3 − 1) ÷ (4 n / 3)}: above a fifth from 20
 * frames on, and never more than a quarter and two frames.
 */
final class FairRule implements TransmitRule {

    static final int LEAST_FRAME_BYTES = 16 << 10;
    static final long FRAME_NANOS = 2_000_000;

    /** What may be under way before the first sample: enough of it to see the wire's rate by. */
    static final long UNKNOWN_WINDOW_BYTES = 256 << 10;

    private static final long EARNING_SHARE = 3;
    private static final long LEAST_WINDOW_SHARE = 5;

    private final LinkEstimator estimator;
    private final ClassCounts underWay;
    private final Deque<QueuedMessage> controls = new ArrayDeque<>();
    private final Deque<QueuedMessage> decodes = new ArrayDeque<>();
    private final ShortestPrefills prefills = new ShortestPrefills();

    /** Bytes that prefill is owed, times {@link #EARNING_SHARE}; below zero: it had more than its floor. */
    private long account;

    /** Whether a prefill frame could have gone when the last choice was made. */
    private boolean prefillCouldGo;

    FairRule(LinkEstimator estimator, ClassCounts underWay) {
        this.estimator = estimator;
        this.underWay = underWay;
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
        account = Math.max(account, -EARNING_SHARE * frameBytes);
        if (decodeWritable && !controls.isEmpty()) {
            return new Choice(controls.element(), frameBytes);
        }
        QueuedMessage decode = decodeWritable ? decodes.peek() : null;
        if (decode != null && !(prefillCouldGo && isFloorDue(decode, frameBytes))) {
            return new Choice(decode, frameBytes);
        }
        return prefill == null || prefillBytes == 0 ? null : new Choice(prefill, prefillBytes);
    }

    /** How much of a prefill message may go: 0 where its window is closed. */
    private long prefillBytes(QueuedMessage prefill, long frameBytes) {
        long window = windowBytes();
        long share = Math.max(window - underWay.of(TransmitClass.DECODE), window / LEAST_WINDOW_SHARE);
        long room = share + frameBytes - underWay.of(TransmitClass.PREFILL);
        // Never more than half of what may be under way, so that a frame is on the wire while another's answer comes.
        long most = Math.min(frameBytes, Math.max(LEAST_FRAME_BYTES, (share + frameBytes) / 2));
        long wanted = Math.min(most, prefill.sendableBytes());
        return room >= Math.min(wanted, LEAST_FRAME_BYTES) ? Math.min(room, wanted) : 0;
    }

    private boolean isFloorDue(QueuedMessage decode, long frameBytes) {
        return account + Math.min(decode.sendableBytes(), frameBytes) > 0;
    }

    @Override
    public void departed(QueuedMessage message, int bytes) {
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

    /** Rate × round trip. */
    @Override
    public long windowBytes() {
        if (estimator.bytesPerSecond() == 0) {
            return UNKNOWN_WINDOW_BYTES;
        }
        return Math.round(estimator.bytesPerSecond() * (estimator.roundTripNanos() / 1e9));
    }
}
