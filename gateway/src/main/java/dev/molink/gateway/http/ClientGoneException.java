package dev.molink.gateway.http;

/** The client closed its connection before the answer was complete; there is nobody to tell. */
public final class ClientGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClientGoneException() {
        super("the client closed its connection", null, false, false);
    }
}
