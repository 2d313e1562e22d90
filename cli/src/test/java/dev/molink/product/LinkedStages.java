package dev.molink.product;

import dev.molink.bench.relay.LinkShape;
import dev.molink.cli.deployment.Deployment;
import dev.molink.cli.deployment.LayerCut;
import dev.molink.cli.deployment.StageLinks;
import dev.molink.cli.process.Distribution;
import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway and two stages as processes of their own, with links between the stages that a test can stall and cut. */
final class LinkedStages implements AutoCloseable {

    private static final Path ROOT = Path.of(System.getProperty("molink.root"));
    private static final Distribution PRODUCT = new Distribution(ROOT, ROOT.resolve("cli/target/molink"));
    private static final String KEY = "key-of-the-linked-stages";
    private static final int LAYERS = 8;
    private static final int STAGES = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path data;
    private final int port;
    private final StageLinks links;
    private final ProcessGroup group;
    private final Deployment deployment;
    private final HttpClient http = HttpClient.newHttpClient();

    private LinkedStages(Path data, int port) {
        Ports ports = Ports.of(port);
        this.data = data;
        this.port = port;
        this.links = new StageLinks(ports);
        this.group = new ProcessGroup(PRODUCT, data.resolve("logs"));
        this.deployment = new Deployment(group, ports, data);
    }

    /** Starts everything and waits until it serves. */
    static LinkedStages start(LinkShape shape, String... stageFlags) throws IOException, InterruptedException {
        LinkedStages stages = new LinkedStages(Files.createTempDirectory("molink-links"), RunningDemo.freePorts(8));
        try {
            stages.deployment.startGateway(stages.port, Map.of("MOLINK_DEMO_API_KEY", KEY));
            List<LayerCut> cuts = LayerCut.evenly(0, LAYERS, STAGES);
            for (int stage = 0; stage < STAGES; stage++) {
                List<String> flags = new ArrayList<>(List.of(stageFlags));
                flags.addAll(stages.links.inFrontOf(stage, shape));
                stages.deployment.startStage(stage, PRODUCT.bundledModel().toString(), cuts.get(stage), flags);
            }
            stages.deployment.awaitServing(PATIENCE);
            return stages;
        } catch (IOException | InterruptedException | RuntimeException e) {
            stages.close();
            throw e;
        }
    }

    StageLinks links() {
        return links;
    }

    CompletableFuture<HttpResponse<String>> complete(Map<String, Object> body) {
        return send(body, HttpResponse.BodyHandlers.ofString());
    }

    <T> CompletableFuture<HttpResponse<T>> send(Map<String, Object> body, BodyHandler<T> answer) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/completions".formatted(port)))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)))
                .build();
        return http.sendAsync(request, answer);
    }

    /** The usage records. */
    List<JsonNode> usage() throws IOException, InterruptedException {
        return management("/actuator/usage?limit=1000")
                .get("records")
                .valueStream()
                .toList();
    }

    /** What the head tells of its pipeline. */
    JsonNode engine() throws IOException, InterruptedException {
        return management("/actuator/engines").at("/engines/0");
    }

    private JsonNode management(String path) throws IOException, InterruptedException {
        String body = deployment.management().send("GET", path, "").body();
        return JsonMapper.shared().readTree(body);
    }

    @Override
    public void close() throws IOException {
        http.shutdownNow();
        group.close();
        links.close();
        try (var files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
