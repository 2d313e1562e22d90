package dev.molink.cli.deployment;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the public API of a gateway of this machine as a tenant does. */
public final class ApiClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final String key;

    public ApiClient(int port, String key) {
        this.port = port;
        this.key = key;
    }

    /** The id of the first model that the API lists. */
    public String firstModel() throws IOException, InterruptedException {
        return send(request("/v1/models").GET().build()).at("/data/0/id").asString();
    }

    /** Sends {@code body} and returns the answer; any other status than 200 is an {@link IOException}. */
    public JsonNode post(String path, Object body) throws IOException, InterruptedException {
        String json = JsonMapper.shared().writeValueAsString(body);
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + key);
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                    "%s answered %d: %s".formatted(request.uri(), response.statusCode(), response.body()));
        }
        return JsonMapper.shared().readTree(response.body());
    }

    @Override
    public void close() {
        http.close();
    }
}
