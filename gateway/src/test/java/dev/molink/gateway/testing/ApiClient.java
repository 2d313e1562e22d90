package dev.molink.gateway.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the API that shows answers as they are. */
public final class ApiClient {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** One for all: a client of its own has threads and connections of its own, which costs more than a request does. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String root;
    private final String key;

    public ApiClient(int port, String key) {
        this.root = "http://127.0.0.1:" + port;
        this.key = key;
    }

    public Answer get(String path) {
        return send(path, request -> request.GET());
    }

    /** Posts JSON; single quotes stand for double ones. */
    public Answer post(String path, String json) {
        return send(
                path,
                request -> request.header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json.replace('\'', '"'))));
    }

    public Answer send(String path, UnaryOperator<HttpRequest.Builder> change) {
        try {
            HttpResponse<String> response =
                    HTTP.send(change.apply(request(path)).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }

    /** Opens a streamed answer; what is not read yet stays unread. Single quotes stand for double ones. */
    public HttpResponse<InputStream> open(String path, String json) throws IOException, InterruptedException {
        return HTTP.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json.replace('\'', '"')))
                        .build(),
                BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path)).timeout(Duration.ofSeconds(20));
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    /** An answer, read to its end. */
    public record Answer(int status, HttpHeaders headers, String body) {

        public JsonNode json() {
            return MAPPER.readTree(body);
        }

        public Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        /** What follows {@code data: } in each event. */
        public List<String> events() {
            return body.lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> line.substring("data: ".length()))
                    .toList();
        }

        /** The JSON events, without {@code [DONE]}. */
        public List<JsonNode> chunks() {
            return events().stream()
                    .filter(event -> !event.equals("[DONE]"))
                    .<JsonNode>map(MAPPER::readTree)
                    .toList();
        }

        public boolean done() {
            return !events().isEmpty() && events().getLast().equals("[DONE]");
        }
    }
}
