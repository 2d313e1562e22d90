package dev.molink.cli.deployment;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Calls a running gateway's management port with the token that lies in its data folder. */
public final class ManagementClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final int port;
    private final Path tokenFile;

    public ManagementClient(int port, Path data) {
        this.port = port;
        this.tokenFile = data.resolve("management-token");
    }

    /** Whether a complete pipeline serves; false as well while the gateway is not up yet. */
    public boolean isReady() throws IOException, InterruptedException {
        return isOk("/actuator/health/readiness");
    }

    /** Whether the gateway is up, with or without a pipeline. */
    public boolean isAlive() throws IOException, InterruptedException {
        return isOk("/actuator/health/liveness");
    }

    private boolean isOk(String path) throws IOException, InterruptedException {
        try {
            return send("GET", path, "").statusCode() == 200;
        } catch (java.net.ConnectException | java.nio.file.NoSuchFileException notYet) {
            return false;
        }
    }

    /**
     * Sends one request.
     *
     * @throws java.net.ConnectException when no gateway listens
     * @throws java.nio.file.NoSuchFileException when the data folder holds no token
     */
    public HttpResponse<String> send(String method, String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + Files.readString(tokenFile).strip())
                .header("Content-Type", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
