package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.batching.BatchingOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on one direction of one connection, without thread or socket: corrupt frames are dropped, duplicates too,
 * messages are put together and handed on, and the other end is told what came. Not thread-safe; times are nanoseconds of
 * one clock.
 */
final class Inbox {

    /** Memory for hidden states that are not complete, besides one of the longest step, which no window keeps back. */
    private static final long REASSEMBLY_BYTES = 2 * OutboundLink.WINDOW_BYTES;

    static final Duration REASSEMBLY_PATIENCE = Duration.ofSeconds(30);

    /** Frames with so much data are acknowledged each. */
    private static final int ACKNOWLEDGED_BYTES = 16 << 10;

    private final LinkSpec spec;
    private final Receiver receiver;
    private final ReceivedFrames frames = new ReceivedFrames();
    private final MessageReassembly messages = new MessageReassembly();
    private final TensorReassembly tensors;

    /** Takes what arrived, whole and in order. */
    interface Receiver extends MessageReassembly.Receiver {

        void hidden(HiddenState hidden) throws CorruptFrameException;

        /** What this end has sent has arrived as far as this says. */
        void acknowledged(Acknowledgement acknowledgement);

        /** A frame that opens or closes the connection. */
        void connection(FrameHeader header) throws CorruptFrameException;
    }

    Inbox(LinkSpec spec, Receiver receiver) {
        this(spec, receiver, REASSEMBLY_BYTES + longestStepBytes(spec));
    }

    private static long longestStepBytes(LinkSpec spec) {
        return BatchingOption.MOST_PIECE_TOKENS * spec.codec().rowBytes(spec.hiddenSize());
    }

    /** @param maxBytes memory for hidden states that are not complete */
    Inbox(LinkSpec spec, Receiver receiver, long maxBytes) {
        this.spec = spec;
        this.receiver = receiver;
        this.tensors =
                new TensorReassembly(spec, maxBytes, REASSEMBLY_PATIENCE, ActivationPool.ofNativeMemory(maxBytes));
    }

    /**
     * Takes a frame, whose bytes live until this returns.
     *
     * @return what the other end is to be told now; null: nothing
     * @throws CorruptFrameException if a frame with the right checksum cannot be what its sender meant
     */
    @Nullable
    Acknowledgement accept(Frame frame, long nowNanos) throws CorruptFrameException {
        FrameHeader header = SealedFrames.open(frame);
        if (header == null) {
            frames.corrupt();
            return frames.acknowledgement().build();
        }
        if (header.getEpoch() != spec.epoch()) {
            return null;
        }
        if (header.getSequence() == 0) {
            takeUnnumbered(header);
            return null;
        }
        if (!frames.take(header.getSequence(), header.getOldest(), nowNanos)) {
            return frames.acknowledgement().build();
        }
        boolean complete = take(header, frame.getData(), nowNanos);
        if (!complete && frame.getData().size() < ACKNOWLEDGED_BYTES && !frames.hasGap()) {
            return null;
        }
        return frames.acknowledgement()
                .setEchoNanos(header.getHeartbeat().getSentNanos())
                .build();
    }

    private void takeUnnumbered(FrameHeader header) throws CorruptFrameException {
        switch (header.getBodyCase()) {
            case ACKNOWLEDGEMENT -> receiver.acknowledged(header.getAcknowledgement());
            case OPEN, OPENED, CLOSED -> receiver.connection(header);
            case PLAN, OUTCOME, REPORT, CHUNK, PADDING, HEARTBEAT, BODY_NOT_SET ->
                throw new CorruptFrameException("a frame with %s has no number".formatted(header.getBodyCase()));
        }
    }

    /** Whether the frame completed something, or asks for an answer. */
    private boolean take(FrameHeader header, ByteString data, long nowNanos) throws CorruptFrameException {
        return switch (header.getBodyCase()) {
            case PLAN -> {
                messages.accept(ControlKind.PLAN, header.getPlan(), data, receiver);
                yield true;
            }
            case OUTCOME -> {
                messages.accept(ControlKind.OUTCOME, header.getOutcome(), data, receiver);
                yield true;
            }
            case REPORT -> {
                messages.accept(ControlKind.REPORT, header.getReport(), data, receiver);
                yield true;
            }
            case CHUNK -> {
                HiddenState hidden = tensors.accept(header.getChunk(), data, nowNanos);
                if (hidden != null) {
                    receiver.hidden(hidden);
                }
                yield hidden != null;
            }
            case HEARTBEAT -> header.getHeartbeat().getSentNanos() != 0;
            case PADDING -> false;
            case OPEN, OPENED, CLOSED, ACKNOWLEDGEMENT, BODY_NOT_SET ->
                throw new CorruptFrameException("a numbered frame carries " + header.getBodyCase());
        };
    }

    /** @throws CorruptFrameException naming a tensor whose rest has not come for too long */
    void checkProgress(long nowNanos) throws CorruptFrameException {
        tensors.checkProgress(nowNanos);
    }

    /** Of what is not complete. */
    long heldBytes() {
        return tensors.heldBytes() + messages.heldBytes();
    }
}
