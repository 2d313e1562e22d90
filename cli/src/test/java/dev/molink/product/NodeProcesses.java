package dev.molink.product;

import dev.molink.cli.process.ProcessGroup;
import dev.molink.cli.process.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stage nodes of the bundled model that dial several gateways. */
final class NodeProcesses implements AutoCloseable {

    private final Path data;
    private final List<String> gateways;
    private final ProcessGroup group;

    NodeProcesses(Path data, List<String> gateways) {
        this.data = data;
        this.gateways = List.copyOf(gateways);
        this.group = new ProcessGroup(GatewayProcess.PRODUCT, data.resolve("logs"));
    }

    /** Starts a node that holds the layers {@code [first, end)} of a pipeline; −1: to the last. */
    void start(String pipeline, int first, int end, int port) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--model",
                GatewayProcess.PRODUCT.bundledModel().toString(),
                "--pipeline",
                pipeline,
                "--start-layer",
                Integer.toString(first),
                "--end-layer",
                Integer.toString(end),
                "--grpc-port",
                Integer.toString(port),
                "--data",
                folder(port).toString(),
                "--codec",
                "f32"));
        gateways.forEach(gateway -> arguments.addAll(List.of("--gateway", gateway)));
        group.start(Role.STAGE, "stage " + port, arguments, Map.of());
    }

    /** The folder of the node on this port. */
    Path folder(int port) {
        return data.resolve("stage-" + port);
    }

    @Override
    public void close() {
        group.close();
    }
}
