package dev.molink.cli;

import dev.molink.cli.deployment.Deployment;
import dev.molink.cli.deployment.LayerCut;
import dev.molink.cli.process.Distribution;
import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Serve a model: a gateway and the stages of this machine.",
            "Without a layer range the whole model runs here. With --start-layer 0 --end-layer N this machine is the",
            "head of a longer pipeline; the other machines join with `stage … --initial-peer THIS_HOST:50061`,",
            "with the same MOLINK_CLUSTER_SECRET everywhere. With --initial-peer it joins such a pipeline itself.",
            ""
        })
final class ServeCommand implements Callable<Integer> {

    private static final int WHOLE = -1;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            description = "Folder in Hugging Face layout, .gguf file, or hub id such as Qwen/Qwen3-0.6B.")
    String model = "";

    @Mixin
    DataOption where = new DataOption();

    @Option(names = "--stages", paramLabel = "N", defaultValue = "1", description = "Stage processes here (default 1).")
    int stages;

    @Option(names = "--start-layer", paramLabel = "A", description = "First layer of this machine (default 0).")
    int startLayer;

    @Option(
            names = "--end-layer",
            paramLabel = "B",
            defaultValue = "-1",
            description = "The layer behind this machine's last one; -1: the model's end (default).")
    int endLayer;

    @Option(
            names = "--initial-peer",
            paramLabel = "HOST:PORT",
            description = "Join the pipeline of this stage node instead of starting a gateway.")
    @Nullable
    String initialPeer;

    @Option(
            names = "--grpc-port",
            paramLabel = "PORT",
            description = "Port of this machine's first stage (default 50061).")
    @Nullable
    Integer grpcPort;

    @Mixin
    StageFlags flags = new StageFlags();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Distribution distribution = Distribution.ofEnvironment();
        Path data = where.folder("serve");
        try (ProcessGroup group = new ProcessGroup(distribution, data.resolve("logs"))) {
            Deployment deployment = new Deployment(group, ports(), data);
            return initialPeer != null ? join(deployment) : lead(deployment);
        }
    }

    private int join(Deployment deployment) throws Exception {
        deployment.startJoiningStage(
                model, startLayer, endLayer, Objects.requireNonNull(initialPeer), flags.arguments(1));
        say("Joining %s with layers [%d, %s) …".formatted(initialPeer, startLayer, endLayer < 0 ? "end" : endLayer));
        deployment.supervise(this::say);
        return 0;
    }

    private int lead(Deployment deployment) throws Exception {
        deployment.checkPorts(stages);
        int layers = ModelLayers.count(model);
        int end = endLayer == WHOLE ? layers : endLayer;
        List<LayerCut> cuts = LayerCut.evenly(startLayer, end, stages);
        deployment.startGateway(where.port, Map.of());
        for (int stage = 0; stage < stages; stage++) {
            deployment.startStage(stage, model, cuts.get(stage), flags.arguments(stages));
        }
        say("Loading %s, layers [%d, %d) of %d …".formatted(model, startLayer, end, layers));
        if (end < layers) {
            say(invitation(end));
        }
        deployment.awaitServing(Duration.ofDays(1));
        say("Serving on http://127.0.0.1:%d/v1 (console: /console).%n".formatted(ports().api())
                + "Keys: ./molink keys create --name NAME%s"
                        .formatted(where.port == null ? "" : " --port " + where.port));
        deployment.supervise(this::say);
        return 0;
    }

    private String invitation(int end) {
        return """
                Waiting for the layers from %d on. On the next machine, with the same MOLINK_CLUSTER_SECRET:

                  ./molink stage --model %s --start-layer %d --end-layer -1 --initial-peer THIS_HOST:%d
                """.formatted(end, model, end, ports().firstStage());
    }

    private Ports ports() {
        Ports ports = Ports.of(where.port);
        return grpcPort == null ? ports : ports.withFirstStage(grpcPort);
    }

    private void say(String line) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
