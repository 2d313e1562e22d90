package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Gap;
import java.util.Map;

/**
 * Which numbered frames of one direction of one connection came. Not thread-safe; times are nanoseconds of one clock.
 */
final class ReceivedFrames {

    /** Gaps that an acknowledgement names. */
    static final int MAX_GAPS = 64;

    /** Ranges that are kept apart; a frame that would open another is as good as lost. */
    private static final int MAX_RANGES = 4096;

    /** Numbers that came or are no longer awaited; 0 is among them from the beginning. */
    private final LongRanges numbers = new LongRanges();

    private long arrivedNanos;
    private long corrupt;

    ReceivedFrames() {
        numbers.add(0, 1);
    }

    /**
     * Takes note of a frame; false if its number came before, is no longer awaited, or finds no room.
     *
     * @param oldest number below which nothing is awaited any more
     */
    boolean take(long sequence, long oldest, long nowNanos) {
        if (oldest > 0) {
            numbers.add(0, oldest);
        }
        if (sequence < 1 || numbers.contains(sequence, sequence + 1) || numbers.count() == MAX_RANGES) {
            return false;
        }
        numbers.add(sequence, sequence + 1);
        arrivedNanos = nowNanos;
        return true;
    }

    /** A frame was dropped for its checksum. */
    void corrupt() {
        corrupt++;
    }

    boolean hasGap() {
        return numbers.count() > 1;
    }

    /** Says what came. */
    Acknowledgement.Builder acknowledgement() {
        Acknowledgement.Builder acknowledgement = Acknowledgement.newBuilder()
                .setContiguous(numbers.asMap().firstEntry().getValue() - 1)
                .setArrivedNanos(arrivedNanos)
                .setCorrupt(corrupt);
        long end = 0;
        for (Map.Entry<Long, Long> range : numbers.asMap().entrySet()) {
            if (acknowledgement.getMissingCount() == MAX_GAPS) {
                break;
            }
            if (end > 0) {
                acknowledgement.addMissing(Gap.newBuilder().setFirst(end).setLast(range.getKey() - 1));
            }
            end = range.getValue();
        }
        return acknowledgement.setHighest(end - 1);
    }
}
