package dev.molink.product;

import dev.molink.cli.deployment.ManagementClient;
import dev.molink.cli.process.Distribution;
import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import dev.molink.cli.process.Role;
import dev.molink.cli.process.RoleProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One gateway of the product on ports and data of its own, which a test may kill and start again. */
final class GatewayProcess implements AutoCloseable {

    static final Path ROOT = Path.of(System.getProperty("molink.root"));
    static final Distribution PRODUCT = new Distribution(ROOT, ROOT.resolve("cli/target/molink"));
    static final String KEY = "key-of-the-product-tests";

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path data;
    private final Ports ports;
    private final Map<String, String> environment;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private ProcessGroup group;

    /** @param port of the API; management and nodes have the next two */
    GatewayProcess(Path data, int port, Map<String, String> environment) {
        this.data = data;
        this.ports = Ports.of(port);
        this.environment = environment;
        this.group = new ProcessGroup(PRODUCT, data.resolve("logs"));
    }

    void start() throws IOException {
        start(Map.of());
    }

    /** @param more variables of this start alone */
    void start(Map<String, String> more) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("MOLINK_DEMO_API_KEY", KEY);
        all.putAll(more);
        group = new ProcessGroup(PRODUCT, data.resolve("logs"));
        group.start(
                Role.GATEWAY,
                "gateway",
                List.of("--data", data.toString(), "--port", Integer.toString(ports.api())),
                all);
    }

    String nodeAddress() {
        return "127.0.0.1:" + ports.nodes();
    }

    /** kill -9. */
    void kill() {
        for (RoleProcess process : group.processes()) {
            ProcessHandle.of(process.pid()).ifPresent(handle -> {
                handle.destroyForcibly();
                handle.onExit().orTimeout(20, TimeUnit.SECONDS).join();
            });
        }
    }

    boolean isAlive() {
        return group.processes().stream().anyMatch(RoleProcess::isAlive);
    }

    /** Whether it takes requests: a pipeline serves and there is room to record. */
    boolean isReady() {
        try {
            return management().isReady();
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void awaitReady() throws IOException {
        Eventually.within(
                PATIENCE, "the gateway serves; its log is in " + data.resolve("logs"), () -> !isAlive() || isReady());
        if (!isAlive()) {
            throw new IllegalStateException(obituary());
        }
    }

    /** Of a process that ended. */
    int exitStatus() {
        return group.firstEnded().orElseThrow().exitStatus();
    }

    String obituary() throws IOException {
        return group.firstEnded().orElseThrow().obituary();
    }

    int port() {
        return ports.api();
    }

    ManagementClient management() {
        return new ManagementClient(ports.management(), data);
    }

    JsonNode management(String path) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(management().send("GET", path, "").body());
    }

    /** The usage records of all gateways on the same database. */
    List<JsonNode> usage() throws IOException, InterruptedException {
        return management("/actuator/usage?limit=10000")
                .get("records")
                .valueStream()
                .toList();
    }

    /** What the health of the journals tells: records, bytes, requests under way. */
    JsonNode journal() throws IOException, InterruptedException {
        return management("/actuator/health/journal").get("details");
    }

    CompletableFuture<HttpResponse<String>> complete(Map<String, Object> body) {
        return http.sendAsync(completion(body), BodyHandlers.ofString());
    }

    HttpRequest completion(Map<String, Object> body) {
        return request("/v1/completions", KEY)
                .POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)))
                .build();
    }

    /** The status of a request that costs nothing. */
    int statusFor(String key) throws IOException, InterruptedException {
        return http.send(request("/v1/models", key).build(), BodyHandlers.discarding())
                .statusCode();
    }

    HttpRequest.Builder request(String path, String key) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(ports.api(), path)))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json");
    }

    HttpClient http() {
        return http;
    }

    @Override
    public void close() {
        http.shutdownNow();
        group.close();
    }
}
