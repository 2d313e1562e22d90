package dev.molink.stagenode.sampling;

/** Logits that no token may be sampled from. */
final class BadLogitsException extends Exception {

    private static final long serialVersionUID = 1L;

    BadLogitsException(String message) {
        super(message);
    }
}
