package dev.molink.gateway.http;

import jakarta.servlet.http.HttpServletRequest;

/**
 * The connection that a request came on. Servlets learn of a disconnect only when they write; an answer that is still being
 * computed has nothing to write, so this asks the connector itself. To be used by the thread that handles the request.
 */
public interface ClientConnection {

    /** Whether the client closed the connection. Never blocks; false when it cannot be known. */
    boolean gone();

    /** Closes the connection without ending the answer, so that a client cannot take what it has for the whole. */
    void abort();

    static ClientConnection of(HttpServletRequest request) {
        return request.getAttribute(ClientConnectionValve.CONNECTION) instanceof ClientConnection connection
                ? connection
                : Unobservable.INSTANCE;
    }

    /** Where no connector is below, as with mock requests. */
    enum Unobservable implements ClientConnection {
        INSTANCE;

        @Override
        public boolean gone() {
            return false;
        }

        @Override
        public void abort() {
            throw new IllegalStateException("this answer has no connection that could be closed");
        }
    }
}
