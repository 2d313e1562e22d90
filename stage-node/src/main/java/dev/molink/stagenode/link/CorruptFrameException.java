package dev.molink.stagenode.link;

/**
 * A frame with the right checksum that cannot be what its sender meant, or one that was lost again and again; the message
 * says what is wrong. The link ends.
 */
public final class CorruptFrameException extends Exception {

    private static final long serialVersionUID = 1L;

    CorruptFrameException(String message) {
        super(message);
    }

    CorruptFrameException(String message, Throwable cause) {
        super(message, cause);
    }
}
