package dev.molink.gateway.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * One HTTP request to the API and the answer being written: its id, its headers and its body. Headers that OpenAI sends are
 * stamped on every answer, success or error, at the moment it is committed.
 */
public final class ApiExchange {

    static final String REQUEST_ID = ApiExchange.class.getName() + ".requestId";
    static final String STARTED_NANOS = ApiExchange.class.getName() + ".startedNanos";
    static final Duration LONGEST_HONOURED_WAIT = Duration.ofSeconds(60);
    private static final Pattern UNSAFE_HEADER = Pattern.compile("[^\\x21-\\x7e]");
    private static final int LISTED_FIELDS = 32;

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final JsonMapper mapper;

    public ApiExchange(HttpServletRequest request, HttpServletResponse response, JsonMapper mapper) {
        this.request = request;
        this.response = response;
        this.mapper = mapper;
    }

    /** The id of this request, also sent as {@code x-request-id}; chosen here, never taken from the client. */
    public String requestId() {
        return request.getAttribute(REQUEST_ID) instanceof String id ? id : "req_unknown";
    }

    public HttpServletRequest request() {
        return request;
    }

    public ClientConnection connection() {
        return ClientConnection.of(request);
    }

    /** Names the fields that were tolerated without effect, so that a caller can find a misspelt one. */
    public void ignoredFields(Collection<String> names) {
        if (names.isEmpty()) {
            return;
        }
        String list = String.join(
                ", ",
                names.stream()
                        .limit(LISTED_FIELDS)
                        .map(name -> UNSAFE_HEADER.matcher(name).replaceAll("?"))
                        .map(name -> name.length() > 64 ? name.substring(0, 64) : name)
                        .toList());
        response.setHeader("molink-ignored-fields", list);
    }

    public void send(int status, Object body) throws IOException {
        byte[] bytes = mapper.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(bytes.length);
        stamp();
        response.getOutputStream().write(bytes);
        response.flushBuffer();
    }

    /** Answers with the four-key envelope, unless the answer began already. */
    public void fail(ApiException failure) throws IOException {
        if (response.isCommitted()) {
            connection().abort();
            return;
        }
        response.resetBuffer();
        Duration wait = failure.retryAfter();
        if (wait != null) {
            response.setHeader("retry-after", Long.toString(wholeSeconds(wait)));
        }
        if (failure.retryPointless() || (wait != null && wait.compareTo(LONGEST_HONOURED_WAIT) > 0)) {
            response.setHeader("x-should-retry", "false");
        }
        send(failure.code().status(), failure.body());
    }

    /** Never too early: who comes back then finds what it waited for. */
    private static long wholeSeconds(Duration wait) {
        return Math.max(1, wait.plus(Duration.ofSeconds(1).minusNanos(1)).toSeconds());
    }

    /** Adds a header to the answer, success or error, while it has not begun. */
    public void header(String name, String value) {
        if (!response.isCommitted()) {
            response.setHeader(name, value);
        }
    }

    /** Opens the answer as a stream of {@code contentType}; headers are stamped, nothing is written yet. */
    public ResponseStream stream(String contentType) {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(contentType);
        response.setHeader("cache-control", "no-cache");
        response.setHeader("x-accel-buffering", "no");
        stamp();
        return new ResponseStream(response, mapper);
    }

    private void stamp() {
        if (request.getAttribute(STARTED_NANOS) instanceof Long started) {
            long elapsed = Duration.ofNanos(System.nanoTime() - started).toMillis();
            response.setHeader("openai-processing-ms", Long.toString(elapsed));
        }
    }
}
