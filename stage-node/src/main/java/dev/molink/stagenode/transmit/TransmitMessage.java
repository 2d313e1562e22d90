package dev.molink.stagenode.transmit;

/**
 * What is to go over one direction of a link.
 *
 * @param id unique within the link
 * @param readyBytes that are there already, from the beginning; the rest follows by {@link TransmitQueue#extend}
 * @param flow what the message belongs to: messages of one flow and class go in the order in which they were added, because
 *     the other end can use none before those in front of it. Pieces of one prompt are a flow
 * @param laterBytes of the flow that will be added behind this message, as far as is known
 */
public record TransmitMessage(long id, TransmitClass kind, long bytes, long readyBytes, long flow, long laterBytes) {

    public TransmitMessage {
        if (bytes < 1 || readyBytes < 0 || readyBytes > bytes || laterBytes < 0) {
            throw new IllegalArgumentException(
                    "message %d of %d bytes with %d ready and %d later: allowed are at least 1 byte, 0 to all of them ready, and 0 or more later"
                            .formatted(id, bytes, readyBytes, laterBytes));
        }
    }

    /** A message that is a flow of its own and there as a whole. */
    public static TransmitMessage whole(long id, TransmitClass kind, long bytes) {
        return new TransmitMessage(id, kind, bytes, bytes, id, 0);
    }
}
