package dev.molink.cli.figures;

import dev.molink.bench.engine.BareGateway;
import dev.molink.cli.deployment.Deployment;
import dev.molink.cli.deployment.LayerCut;
import dev.molink.cli.process.Distribution;
import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Stage processes of the bundled model that this process asks itself, without gateway, text and HTTP. */
final class BarePipeline implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ProcessGroup group;
    private final BareGateway gateway;

    private BarePipeline(ProcessGroup group, BareGateway gateway) {
        this.group = group;
        this.gateway = gateway;
    }

    /** @param flags of every stage, such as {@code --threads 1} */
    static BarePipeline start(Distribution distribution, int basePort, int layers, int stages, List<String> flags)
            throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("molink-bench");
        Ports ports = Ports.of(basePort);
        ProcessGroup group = new ProcessGroup(distribution, data.resolve("logs"));
        Deployment deployment = new Deployment(group, ports, data);
        deployment.checkPorts(stages);
        BarePipeline started = new BarePipeline(group, new BareGateway(ports.nodes()));
        try {
            List<LayerCut> cuts = LayerCut.evenly(0, layers, stages);
            for (int stage = 0; stage < stages; stage++) {
                deployment.startStage(stage, distribution.bundledModel().toString(), cuts.get(stage), flags);
            }
            started.gateway.awaitServing(PATIENCE);
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    BareGateway gateway() {
        return gateway;
    }

    @Override
    public void close() {
        group.close();
        gateway.close();
    }
}
