package dev.molink.stagenode.transmit;

/** What a message carries, which decides how urgent it is. */
public enum TransmitClass {
    /** Plans, outcomes and tokens. */
    CONTROL,
    /** Hidden states of decode and verify steps. */
    DECODE,
    /** Hidden states of prefill pieces. */
    PREFILL;

    /** Whether the connection that messages of this class take takes a frame. */
    boolean isWritable(boolean decodeWritable, boolean prefillWritable) {
        return this == PREFILL ? prefillWritable : decodeWritable;
    }
}
