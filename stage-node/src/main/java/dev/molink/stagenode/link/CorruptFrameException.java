package dev.molink.stagenode.link;

/** A frame that cannot be what its sender meant; the message says what is wrong with it. The link ends. */
public final class CorruptFrameException extends Exception {

    private static final long serialVersionUID = 1L;

    CorruptFrameException(String message) {
        super(message);
    }

    CorruptFrameException(String message, Throwable cause) {
        super(message, cause);
    }
}
