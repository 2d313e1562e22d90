package dev.molink.gateway.http;

import dev.molink.controlplane.faults.FailPoint;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer that is written piece by piece. Each write reaches the network before it returns and blocks while the client
 * does not read, so a slow reader holds back nobody but itself; an {@link IOException} means that the client is gone.
 */
public final class ResponseStream {

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] EVENT_END = "\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

    private final HttpServletResponse response;
    private final JsonMapper mapper;

    ResponseStream(HttpServletResponse response, JsonMapper mapper) {
        this.response = response;
        this.mapper = mapper;
    }

    /** Adds one server-sent event; it leaves with the next {@link #flush}. */
    public void event(Object body) throws IOException {
        OutputStream out = response.getOutputStream();
        out.write(DATA);
        out.write(mapper.writeValueAsBytes(body));
        out.write(EVENT_END);
    }

    /** Prepares an event in which {@link PreparedEvent#PLACE} stands for the text that changes; null when it does not fit. */
    public @Nullable PreparedEvent prepare(Object body) {
        return PreparedEvent.of("data: ", mapper.writeValueAsString(body), "\n\n");
    }

    /** Adds a prepared event with its text; it leaves with the next {@link #flush}. */
    public void event(PreparedEvent prepared, String text) throws IOException {
        prepared.write(response.getOutputStream(), text);
    }

    /** Adds one JSON document on a line of its own. */
    public void line(Object body) throws IOException {
        OutputStream out = response.getOutputStream();
        out.write(mapper.writeValueAsBytes(body));
        out.write('\n');
    }

    public void emptyLine() throws IOException {
        response.getOutputStream().write('\n');
    }

    public void keepAlive() throws IOException {
        response.getOutputStream().write(KEEP_ALIVE);
        flush();
    }

    public void done() throws IOException {
        response.getOutputStream().write(DONE);
        flush();
    }

    public void flush() throws IOException {
        FailPoint.pass("client.before-flush");
        response.flushBuffer();
        FailPoint.pass("client.after-flush");
    }
}
