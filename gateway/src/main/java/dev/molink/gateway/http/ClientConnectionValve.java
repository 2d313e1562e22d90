package dev.molink.gateway.http;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/** Hands each request a view of its connection; Tomcat shows it only to valves. */
final class ClientConnectionValve extends ValveBase {

    static final String CONNECTION = ClientConnection.class.getName();

    ClientConnectionValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        request.setAttribute(CONNECTION, new TomcatConnection(request.getCoyoteRequest()));
        getNext().invoke(request, response);
    }

    private record TomcatConnection(org.apache.coyote.Request coyote) implements ClientConnection {

        /**
         * Once the body is read, a non-blocking read finds nothing (0), pipelined bytes (1 the first time, then 0 because they
         * stay in the buffer), or the end of the stream, which Tomcat reports as 1 however often it is asked.
         */
        @Override
        public boolean gone() {
            boolean before = readable();
            return before && readable();
        }

        private boolean readable() {
            AtomicBoolean finished = new AtomicBoolean();
            coyote.action(ActionCode.REQUEST_BODY_FULLY_READ, finished);
            if (!finished.get()) {
                return false;
            }
            coyote.action(ActionCode.AVAILABLE, true);
            return coyote.getAvailable() > 0;
        }

        @Override
        public void abort() {
            coyote.getResponse().action(ActionCode.CLOSE_NOW, null);
        }
    }
}
