package dev.molink.stagenode.transmit;

/** What a link does now. */
public sealed interface TransmitDecision {

    /**
     * Bytes {@code [offset, offset + length)} of a message go out now, as one frame on its class's connection.
     *
     * @param id of the message, as it was added
     */
    record Send(long id, TransmitClass kind, long offset, int length) implements TransmitDecision {}

    /** Nothing may go before {@code untilNanos}, unless something happens; {@link Long#MAX_VALUE}: not before something does. */
    record Wait(long untilNanos) implements TransmitDecision {

        public static final Wait FOR_AN_EVENT = new Wait(Long.MAX_VALUE);
    }
}
