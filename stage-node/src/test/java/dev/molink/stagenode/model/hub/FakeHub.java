package dev.molink.stagenode.model.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers as huggingface.co does: a revision call, and files that are served by the hub itself (small ones, named by
 * their git hash) or redirected to another host (large ones, named by their SHA-256). Faults are queued and befall one
 * content request each.
 */
final class FakeHub implements AutoCloseable {

    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** What happens to a content request. */
    sealed interface Fault {

        /** The connection breaks after so many bytes of the body. */
        record Cut(int bytes) implements Fault {}

        record Status(int code) implements Fault {}

        /** The body is as long as announced, and wrong. */
        record Garbage() implements Fault {}

        /** The Range header is not heeded. */
        record WholeFile() implements Fault {}

        /** Not one byte comes until the hub closes. */
        record Silence() implements Fault {}
    }

    /** One request as it arrived. */
    record Seen(
            String host,
            String method,
            String path,
            @Nullable String authorization,
            @Nullable String range) {}

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer hub;
    private final HttpServer content;
    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, Boolean> large = new HashMap<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final List<Seen> seen = new ArrayList<>();
    private final HubModelId id;
    private @Nullable String requiredToken;
    private int status = 200;

    FakeHub(HubModelId id) throws IOException {
        this.id = id;
        this.hub = start(this::serveHub);
        this.content = start(this::serveContent);
    }

    private HttpServer start(HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.setExecutor(threads);
        server.start();
        return server;
    }

    URI endpoint() {
        return URI.create("http://localhost:" + hub.getAddress().getPort());
    }

    private String contentHost() {
        return "127.0.0.1:" + content.getAddress().getPort();
    }

    synchronized FakeHub small(String name, byte[] bytes) {
        files.put(name, bytes);
        large.put(name, false);
        return this;
    }

    synchronized FakeHub large(String name, byte[] bytes) {
        files.put(name, bytes);
        large.put(name, true);
        return this;
    }

    synchronized void fail(Fault... next) {
        faults.addAll(List.of(next));
    }

    /** Every call on the hub answers so. */
    synchronized void answerAll(int code) {
        status = code;
    }

    synchronized void requireToken(String token) {
        requiredToken = token;
    }

    synchronized List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Requests for the content of a file. */
    List<Seen> fetches(String name) {
        return seen().stream()
                .filter(request ->
                        request.method().equals("GET") && request.path().endsWith("/" + name))
                .filter(request -> !isLarge(name) || request.host().startsWith("127."))
                .toList();
    }

    private synchronized boolean isLarge(String name) {
        return large.getOrDefault(name, false);
    }

    private synchronized byte @Nullable [] file(String name) {
        return files.get(name);
    }

    private synchronized void record(HttpExchange exchange) {
        seen.add(new Seen(
                exchange.getRequestHeaders().getFirst("Host"),
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRequestHeaders().getFirst("Range")));
    }

    private synchronized int refusal(HttpExchange exchange) {
        if (status != 200) {
            return status;
        }
        String token = exchange.getRequestHeaders().getFirst("Authorization");
        return requiredToken == null || ("Bearer " + requiredToken).equals(token) ? 200 : 401;
    }

    private void serveHub(HttpExchange exchange) throws IOException {
        record(exchange);
        String path = exchange.getRequestURI().getPath();
        int refusal = refusal(exchange);
        if (refusal != 200) {
            answer(exchange, refusal, "{\"error\":\"refused\"}");
        } else if (path.equals("/api/models/%s/revision/main".formatted(id))) {
            answer(exchange, 200, revision());
        } else if (path.startsWith("/%s/resolve/%s/".formatted(id, COMMIT))) {
            serveFile(exchange, path.substring(path.lastIndexOf('/') + 1));
        } else {
            answer(exchange, 404, "{\"error\":\"Repository not found\"}");
        }
    }

    private synchronized String revision() {
        return files.keySet().stream()
                .map("{\"rfilename\":\"%s\"}"::formatted)
                .collect(Collectors.joining(",", "{\"sha\":\"" + COMMIT + "\",\"siblings\":[", "]}"));
    }

    private void serveFile(HttpExchange exchange, String name) throws IOException {
        byte[] bytes = file(name);
        if (bytes == null) {
            answer(exchange, 404, "Entry not found");
            return;
        }
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        if (isLarge(name)) {
            exchange.getResponseHeaders().set("X-Linked-Etag", '"' + sha256(bytes) + '"');
            exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(bytes.length));
            exchange.getResponseHeaders().set("Location", "http://%s/blobs/%s".formatted(contentHost(), name));
            answer(exchange, 302, "");
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("ETag", "W/\"" + gitHash(bytes) + '"');
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        } else {
            send(exchange, bytes);
        }
    }

    private void serveContent(HttpExchange exchange) throws IOException {
        record(exchange);
        String path = exchange.getRequestURI().getPath();
        byte[] bytes = file(path.substring(path.lastIndexOf('/') + 1));
        send(exchange, bytes == null ? new byte[0] : bytes);
    }

    private synchronized @Nullable Fault nextFault() {
        return faults.poll();
    }

    private void send(HttpExchange exchange, byte[] whole) throws IOException {
        Fault fault = nextFault();
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null || fault instanceof Fault.WholeFile
                ? 0
                : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        byte[] body = Arrays.copyOfRange(whole, Math.min(from, whole.length), whole.length);
        switch (fault) {
            case Fault.Status(int code) -> answer(exchange, code, "trouble");
            case Fault.Silence() -> {
                exchange.sendResponseHeaders(200, whole.length);
                exchange.getResponseBody().flush();
            }
            case Fault.Garbage() -> {
                Arrays.fill(body, (byte) 7);
                send(exchange, from, whole.length, body);
            }
            case Fault.Cut(int bytes) -> send(exchange, from, whole.length, Arrays.copyOf(body, bytes));
            case Fault.WholeFile() -> send(exchange, 0, whole.length, whole);
            case null -> send(exchange, from, whole.length, body);
        }
    }

    private static void send(HttpExchange exchange, int from, int wholeBytes, byte[] body) throws IOException {
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, wholeBytes - 1, wholeBytes));
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, wholeBytes - from);
        OutputStream out = exchange.getResponseBody();
        out.write(body);
        out.flush();
        exchange.close(); // before the announced length: the connection breaks
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        boolean hasBody = body.length > 0 && !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(code, hasBody ? body.length : -1);
        if (hasBody) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    static String sha256(byte[] bytes) {
        return hash("SHA-256", bytes);
    }

    /** As {@code git hash-object} computes it. */
    static String gitHash(byte[] bytes) {
        byte[] header = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(header, header.length + bytes.length);
        System.arraycopy(bytes, 0, all, header.length, bytes.length);
        return hash("SHA-1", all);
    }

    private static String hash(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        content.stop(0);
        threads.shutdownNow();
    }
}
