package dev.molink.stagenode.transmit;

import org.jspecify.annotations.Nullable;

/**
 * The order of one {@link TransmitPolicy}. It holds the messages of which something may go; the queue takes a frame off the
 * one that it chooses and tells it so.
 */
interface TransmitRule {

    /** What goes next. */
    record Choice(QueuedMessage message, long atMostBytes) {}

    /** A new message; perhaps none of it is there yet. */
    void enter(QueuedMessage message);

    /** A message of which everything that was there had gone grew. */
    void refilled(QueuedMessage message);

    /** A message that had none has bytes to repeat, before everything else of its class. It may wait here already. */
    void enterToRepeat(QueuedMessage message);

    /** A message goes no further. It may not wait here at all. */
    void leave(QueuedMessage message);

    /** No message goes any further. */
    void clear();

    /** Null: nothing may go until something happens. */
    @Nullable
    Choice choose(long nowNanos, boolean decodeWritable, boolean prefillWritable);

    /** A frame of the message that was chosen last went; it stays where it has more to send now. */
    void departed(QueuedMessage message, int bytes);

    /** The longest frame that would go now. */
    long frameBytes();

    /** What prefill may have under way, but for one frame; 0 where nothing limits it. */
    default long windowBytes() {
        return 0;
    }

    /** A decode step begins to compute on this stage. */
    default void decodeBegan(long nowNanos) {}

    /** The decode step that began last is through. */
    default void decodeEnded(long nowNanos) {}
}
