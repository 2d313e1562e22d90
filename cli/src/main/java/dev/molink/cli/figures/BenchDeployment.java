package dev.molink.cli.figures;

import dev.molink.bench.engine.CompletionClient;
import dev.molink.bench.relay.LinkShape;
import dev.molink.cli.deployment.Deployment;
import dev.molink.cli.deployment.LayerCut;
import dev.molink.cli.deployment.StageLinks;
import dev.molink.cli.process.Distribution;
import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway and stages for one measurement, with links between the stages that may be slow. */
final class BenchDeployment implements AutoCloseable {

    private static final String KEY = "key-of-the-figures";
    /** Links as good as none. */
    static final LinkShape LOOPBACK = new LinkShape(10e9, Duration.ZERO);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ProcessGroup group;
    private final Deployment deployment;
    private final StageLinks links;
    private final CompletionClient client;

    /**
     * How the stages run.
     *
     * @param stageFlags of every stage, such as {@code --threads 1}
     */
    record Setting(int stages, List<String> stageFlags) {

        Setting {
            stageFlags = List.copyOf(stageFlags);
        }
    }

    private BenchDeployment(ProcessGroup group, Deployment deployment, StageLinks links, CompletionClient client) {
        this.group = group;
        this.deployment = deployment;
        this.links = links;
        this.client = client;
    }

    /** Starts everything and waits until it serves. */
    static BenchDeployment start(Distribution distribution, int basePort, int layers, Setting setting)
            throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("molink-bench");
        Ports ports = Ports.of(basePort);
        ProcessGroup group = new ProcessGroup(distribution, data.resolve("logs"));
        Deployment deployment = new Deployment(group, ports, data);
        deployment.checkPorts(setting.stages());
        URI api = URI.create("http://127.0.0.1:%d".formatted(ports.api()));
        BenchDeployment started = new BenchDeployment(
                group, deployment, new StageLinks(ports), new CompletionClient(api, KEY, "molink-demo"));
        try {
            deployment.startGateway(basePort, Map.of("MOLINK_DEMO_API_KEY", KEY));
            List<LayerCut> cuts = LayerCut.evenly(0, layers, setting.stages());
            for (int stage = 0; stage < setting.stages(); stage++) {
                List<String> flags = new ArrayList<>(setting.stageFlags());
                if (setting.stages() > 1) {
                    flags.addAll(started.links.inFrontOf(stage, LOOPBACK));
                }
                deployment.startStage(stage, distribution.bundledModel().toString(), cuts.get(stage), flags);
            }
            deployment.awaitServing(PATIENCE);
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /** Gives all links between stages a shape, both ways. */
    void shapeLinks(LinkShape shape) {
        links.shape(shape);
    }

    CompletionClient client() {
        return client;
    }

    /** What the head tells of its pipeline, by the gateway's management port. */
    JsonNode engine() throws IOException, InterruptedException {
        String body =
                deployment.management().send("GET", "/actuator/engines", "").body();
        return JsonMapper.shared().readTree(body).at("/engines/0");
    }

    /** Idle time ÷ time of each stage lately. */
    List<Double> bubbleShares() throws IOException, InterruptedException {
        List<Double> shares = new ArrayList<>();
        engine().path("stages")
                .forEach(stage -> shares.add(stage.path("bubbleShare").asDouble()));
        return shares;
    }

    @Override
    public void close() throws IOException {
        group.close();
        links.close();
    }
}
