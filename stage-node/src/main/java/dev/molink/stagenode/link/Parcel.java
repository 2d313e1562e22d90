package dev.molink.stagenode.link;

import java.util.Map;
import java.util.TreeMap;

/** A message that an {@link Outbox} keeps, with what of it arrived and how often its parts went. */
final class Parcel {

    private final OutgoingMessage message;
    private final LongRanges arrived = new LongRanges();

    /** Ranges that were lost, by their first byte. */
    private final TreeMap<Long, Lost> lost = new TreeMap<>();

    private record Lost(long end, int attempts) {}

    Parcel(OutgoingMessage message) {
        this.message = message;
    }

    OutgoingMessage message() {
        return message;
    }

    void arrived(long offset, int length) {
        arrived.add(offset, offset + length);
    }

    boolean hasArrived(long offset, int length) {
        return arrived.contains(offset, offset + length);
    }

    long arrivedBytes() {
        return arrived.total();
    }

    boolean isComplete() {
        return arrived.total() == message.byteCount();
    }

    /** Takes note of a range that did not arrive and returns how often it went so far. */
    int lost(long offset, int length) {
        int attempts = attempts(offset) + 1;
        lost.put(offset, new Lost(offset + length, attempts));
        return attempts;
    }

    /** How often the range that holds this byte was lost. */
    int attempts(long offset) {
        Map.Entry<Long, Lost> range = lost.floorEntry(offset);
        return range == null || range.getValue().end() <= offset
                ? 0
                : range.getValue().attempts();
    }
}
