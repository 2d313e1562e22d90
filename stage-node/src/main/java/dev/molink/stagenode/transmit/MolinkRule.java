package dev.molink.stagenode.transmit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * {@code molink}: the two algorithms of the MoLink paper (Jin et al., "Distributed LLM Serving on Consumer-Grade GPUs by
 * Reconciling Computation and Communication", Findings of EMNLP 2025), as far as they are published.
 *
 * <p>Which kind goes: with decode and prefill waiting, decode goes while its weight is below {@value #MAX_WEIGHT}, and the
 * weight grows by one; otherwise one chunk of prefill goes and the weight is zero again. A prefill message that is not through
 * then waits behind the others. How much goes: a decode message as a whole, and of prefill {@code 0.9 · rate · T_a}, between
 * 256 KiB and 8 MiB, with T_a of {@link DecodeRhythm}; 2 MiB without history.
 *
 * <p>A unit, once begun, goes as a whole; only control goes between two of its frames. A step that mixes decode and prefill
 * rows is a decode message.
 */
final class MolinkRule implements TransmitRule {

    static final int MAX_WEIGHT = 30;
    static final long LEAST_CHUNK_BYTES = 256 << 10;
    static final long MOST_CHUNK_BYTES = 8 << 20;
    static final long UNKNOWN_CHUNK_BYTES = 2 << 20;

    private static final double SHARE_OF_AVAILABLE = 0.9;

    private final LinkEstimator estimator;
    private final DecodeRhythm rhythm = new DecodeRhythm();
    private final Deque<QueuedMessage> controls = new ArrayDeque<>();
    private final Deque<QueuedMessage> decodes = new ArrayDeque<>();
    private final Deque<QueuedMessage> prefills = new ArrayDeque<>();
    private int weight;

    /** The message whose unit goes out, which waits in no queue meanwhile. */
    private @Nullable QueuedMessage current;

    private long unitBytes;
    private long decodeBytes;

    MolinkRule(LinkEstimator estimator) {
        this.estimator = estimator;
    }

    @Override
    public void enter(QueuedMessage message) {
        if (message.kind() == TransmitClass.DECODE) {
            decodeBytes = message.unsentBytes();
        }
        if (message.freshBytes() > 0) {
            queueOf(message).add(message);
        }
    }

    @Override
    public void refilled(QueuedMessage message) {
        if (message == current || message.isToRepeat()) {
            return;
        }
        if (message.kind() == TransmitClass.DECODE) {
            decodes.addFirst(message);
        } else {
            queueOf(message).add(message);
        }
    }

    @Override
    public void enterToRepeat(QueuedMessage message) {
        if (message != current) {
            queueOf(message).remove(message);
            queueOf(message).addFirst(message);
        }
    }

    @Override
    public void leave(QueuedMessage message) {
        if (message == current) {
            current = null;
        }
        queueOf(message).remove(message);
    }

    @Override
    public void clear() {
        current = null;
        controls.clear();
        decodes.clear();
        prefills.clear();
    }

    @Override
    public @Nullable Choice choose(long nowNanos, boolean decodeWritable, boolean prefillWritable) {
        if (decodeWritable && !controls.isEmpty()) {
            return new Choice(controls.element(), TransmitQueue.WHOLE_FRAME_BYTES);
        }
        if (current == null) {
            current = begin(nowNanos, decodeWritable && !decodes.isEmpty(), prefillWritable && !prefills.isEmpty());
        }
        if (current == null || !current.kind().isWritable(decodeWritable, prefillWritable)) {
            return null;
        }
        return new Choice(current, Math.min(unitBytes, TransmitQueue.WHOLE_FRAME_BYTES));
    }

    private @Nullable QueuedMessage begin(long nowNanos, boolean decodeWaits, boolean prefillWaits) {
        if (decodeWaits && !(prefillWaits && weight >= MAX_WEIGHT)) {
            weight += prefillWaits ? 1 : 0;
            QueuedMessage decode = decodes.remove();
            unitBytes = decode.sendableBytes();
            return decode;
        }
        if (!prefillWaits) {
            return null;
        }
        weight = 0;
        QueuedMessage prefill = prefills.remove();
        unitBytes = Math.min(prefill.sendableBytes(), chunkBytes(nowNanos));
        return prefill;
    }

    private long chunkBytes(long nowNanos) {
        double bytesPerSecond = estimator.bytesPerSecond();
        if (bytesPerSecond == 0) {
            return UNKNOWN_CHUNK_BYTES;
        }
        long available = rhythm.availableNanos(nowNanos, Math.round(decodeBytes / bytesPerSecond * 1e9));
        if (available == DecodeRhythm.UNKNOWN) {
            return UNKNOWN_CHUNK_BYTES;
        }
        long bytes = Math.round(SHARE_OF_AVAILABLE * bytesPerSecond * (available / 1e9));
        return Math.clamp(bytes, LEAST_CHUNK_BYTES, MOST_CHUNK_BYTES);
    }

    @Override
    public void departed(QueuedMessage message, int bytes) {
        if (message.kind() == TransmitClass.CONTROL) {
            if (message.sendableBytes() == 0) {
                controls.remove();
            }
            return;
        }
        unitBytes -= bytes;
        if (unitBytes == 0 || message.sendableBytes() == 0) {
            current = null;
            endUnit(message);
        }
    }

    private void endUnit(QueuedMessage message) {
        if (message.sendableBytes() == 0) {
            return;
        }
        if (message.kind() == TransmitClass.DECODE || message.isToRepeat()) {
            queueOf(message).addFirst(message);
        } else {
            prefills.add(message);
        }
    }

    @Override
    public void decodeBegan(long nowNanos) {
        rhythm.began(nowNanos);
    }

    @Override
    public void decodeEnded(long nowNanos) {
        rhythm.ended(nowNanos);
    }

    private Deque<QueuedMessage> queueOf(QueuedMessage message) {
        return switch (message.kind()) {
            case CONTROL -> controls;
            case DECODE -> decodes;
            case PREFILL -> prefills;
        };
    }

    @Override
    public long frameBytes() {
        return TransmitQueue.WHOLE_FRAME_BYTES;
    }
}
