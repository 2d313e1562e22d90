package dev.molink.bench.links;

/** A trace file cannot be read; the message says where and what was expected. */
public final class TraceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TraceException(String message) {
        super(message);
    }
}
