package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.Gap;
import dev.molink.stagenode.transmit.TransmitClass;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The numbered frames of one direction of one connection that the other end has not acknowledged. A frame is lost when a
 * later one arrived and it did not, even with some patience for frames that overtake others (RFC 9002, section 6.1); how
 * long the wire takes plays no part, so a slow link repeats nothing. Not thread-safe; times are nanoseconds of one clock.
 */
final class SentFrames {

    /** So many numbers behind the highest that arrived, a missing one is lost at once. */
    static final int REORDERING_FRAMES = 8;

    /** So long after a later one arrived, a missing one is lost. */
    static final long REORDERING_NANOS = 20_000_000;

    static final long NEVER = Long.MAX_VALUE;

    private final TreeMap<Long, Sent> unacknowledged = new TreeMap<>();
    private long next = 1;
    private long nextLossNanos = NEVER;

    /** What a frame carried of a message. */
    record Piece(long message, TransmitClass kind, long offset, int length) {}

    private static final class Sent {

        private final @Nullable Piece piece;
        private long lostAtNanos = NEVER;

        Sent(@Nullable Piece piece) {
            this.piece = piece;
        }
    }

    /** Numbers a frame. {@code piece} is null where nothing needs to go again. */
    void number(FrameHeader.Builder header, @Nullable Piece piece) {
        long sequence = next++;
        unacknowledged.put(sequence, new Sent(piece));
        header.setSequence(sequence).setOldest(unacknowledged.firstKey());
    }

    boolean isAllAcknowledged() {
        return unacknowledged.isEmpty();
    }

    /**
     * The other end has told what it has.
     *
     * @param arrived takes what has arrived by now
     */
    void acknowledged(Acknowledgement acknowledgement, long nowNanos, Consumer<Piece> arrived) {
        long highest = acknowledgement.getHighest();
        for (Gap gap : acknowledgement.getMissingList()) {
            if (gap.getFirst() <= gap.getLast()) {
                missing(unacknowledged.subMap(gap.getFirst(), true, gap.getLast(), true), highest, nowNanos);
            }
        }
        Iterator<Gap> gaps = acknowledgement.getMissingList().iterator();
        Gap gap = gaps.hasNext() ? gaps.next() : null;
        Iterator<Map.Entry<Long, Sent>> entries =
                unacknowledged.headMap(highest, true).entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, Sent> entry = entries.next();
            long sequence = entry.getKey();
            Piece piece = entry.getValue().piece;
            while (gap != null && gap.getLast() < sequence) {
                gap = gaps.hasNext() ? gaps.next() : null;
            }
            if (gap != null && gap.getFirst() <= sequence) {
                continue;
            }
            // The entry is of no use from here on: the map moves another one into its place.
            entries.remove();
            if (piece != null) {
                arrived.accept(piece);
            }
        }
    }

    private void missing(NavigableMap<Long, Sent> frames, long highest, long nowNanos) {
        frames.forEach((sequence, sent) -> {
            long patience = highest - sequence >= REORDERING_FRAMES ? 0 : REORDERING_NANOS;
            sent.lostAtNanos = Math.min(sent.lostAtNanos, nowNanos + patience);
            nextLossNanos = Math.min(nextLossNanos, sent.lostAtNanos);
        });
    }

    /** Takes out what is lost by now. */
    List<Piece> takeLost(long nowNanos) {
        if (nowNanos < nextLossNanos) {
            return List.of();
        }
        List<Piece> lost = new ArrayList<>();
        nextLossNanos = NEVER;
        Iterator<Sent> all = unacknowledged.values().iterator();
        while (all.hasNext()) {
            Sent sent = all.next();
            if (sent.lostAtNanos > nowNanos) {
                nextLossNanos = Math.min(nextLossNanos, sent.lostAtNanos);
                continue;
            }
            all.remove();
            if (sent.piece != null) {
                lost.add(sent.piece);
            }
        }
        return lost;
    }

    /** When to ask for lost frames again; {@link #NEVER}: as far as is known none is missing. */
    long nextLossNanos() {
        return nextLossNanos;
    }
}
