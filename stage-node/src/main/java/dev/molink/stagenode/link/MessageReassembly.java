package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.MessagePiece;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts the pieces of plans, outcomes and reports together and hands whole messages on in the order of their numbers,
 * however pieces come. Not thread-safe.
 */
final class MessageReassembly {

    static final int MAX_MESSAGE_BYTES = 16 << 20;

    /** Messages that may be under way behind one that is not complete. */
    private static final int MAX_AHEAD = 4096;

    /** Of messages that are not complete or wait for one that is not. */
    static final long MAX_HELD_BYTES = 2L * MAX_MESSAGE_BYTES;

    private final Map<Long, Partial> partial = new HashMap<>();
    private long next;
    private long heldBytes;

    /** Takes whole messages; {@code bytes} live until it returns. */
    interface Receiver {
        void message(ControlKind kind, ByteString bytes) throws CorruptFrameException;
    }

    private static final class Partial {

        private final ControlKind kind;
        private final byte[] bytes;
        private final LongRanges arrived = new LongRanges();

        Partial(ControlKind kind, int bytes) {
            this.kind = kind;
            this.bytes = new byte[bytes];
        }

        boolean isComplete() {
            return arrived.total() == bytes.length;
        }
    }

    /**
     * Takes a piece, and hands on what it completes.
     *
     * @throws CorruptFrameException if the piece cannot be right or does not fit into the memory
     */
    void accept(ControlKind kind, MessagePiece piece, ByteString data, Receiver receiver) throws CorruptFrameException {
        check(kind, piece, data.size());
        long number = piece.getNumber();
        if (number < next) {
            return;
        }
        if (number == next && data.size() == piece.getTotalBytes()) {
            drop(number);
            next++;
            receiver.message(kind, data);
        } else {
            keep(kind, piece, data);
        }
        handOn(receiver);
    }

    private void handOn(Receiver receiver) throws CorruptFrameException {
        for (Partial first = partial.get(next); first != null && first.isComplete(); first = partial.get(next)) {
            drop(next);
            next++;
            receiver.message(first.kind, UnsafeByteOperations.unsafeWrap(first.bytes));
        }
    }

    private void keep(ControlKind kind, MessagePiece piece, ByteString data) throws CorruptFrameException {
        int total = (int) piece.getTotalBytes();
        Partial message = partial.get(piece.getNumber());
        if (message == null) {
            if (heldBytes + total > MAX_HELD_BYTES) {
                throw new CorruptFrameException("message %d has %d bytes; %d of %d bytes are taken already"
                        .formatted(piece.getNumber(), total, heldBytes, MAX_HELD_BYTES));
            }
            heldBytes += total;
            message = new Partial(kind, total);
            partial.put(piece.getNumber(), message);
        }
        if (message.kind != kind || message.bytes.length != total) {
            throw new CorruptFrameException("message %d is a %s of %d bytes, earlier pieces spoke of a %s of %d"
                    .formatted(piece.getNumber(), kind, total, message.kind, message.bytes.length));
        }
        int offset = (int) piece.getOffset();
        data.copyTo(message.bytes, offset);
        message.arrived.add(offset, offset + data.size());
    }

    private void drop(long number) {
        Partial message = partial.remove(number);
        if (message != null) {
            heldBytes -= message.bytes.length;
        }
    }

    private void check(ControlKind kind, MessagePiece piece, int length) throws CorruptFrameException {
        long total = piece.getTotalBytes();
        boolean sound = piece.getNumber() >= 0
                && piece.getNumber() < next + MAX_AHEAD
                && total > 0
                && total <= MAX_MESSAGE_BYTES
                && length > 0
                && piece.getOffset() >= 0
                && piece.getOffset() <= total - length;
        if (!sound) {
            throw new CorruptFrameException(
                    "piece of message %d (%s, bytes %d + %d of %d) is none of a message of at most %d bytes, %d being due"
                            .formatted(
                                    piece.getNumber(),
                                    kind,
                                    piece.getOffset(),
                                    length,
                                    total,
                                    MAX_MESSAGE_BYTES,
                                    next));
        }
    }

    long heldBytes() {
        return heldBytes;
    }
}
