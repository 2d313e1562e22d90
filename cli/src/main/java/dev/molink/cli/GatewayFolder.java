package dev.molink.cli;

import dev.molink.cli.deployment.ManagementClient;
import dev.molink.cli.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the data folder of a gateway of this machine. */
final class GatewayFolder {

    private static final List<String> ROLES_WITH_GATEWAY = List.of("gateway", "serve", "demo");

    private GatewayFolder() {}

    /** The folder given, or the one in which a gateway with this port keeps its data, by whatever command it started. */
    static Path find(DataOption where) throws IOException {
        if (where.data != null) {
            return where.data;
        }
        List<Path> existing = ROLES_WITH_GATEWAY.stream()
                .map(where::folder)
                .filter(folder -> Files.exists(folder.resolve("management-token")))
                .toList();
        for (Path folder : existing) {
            if (isGatewayOf(folder, where)) {
                return folder;
            }
        }
        return existing.isEmpty() ? where.folder("gateway") : existing.getFirst();
    }

    private static boolean isGatewayOf(Path folder, DataOption where) throws IOException {
        try {
            ManagementClient client = new ManagementClient(Ports.of(where.port).management(), folder);
            return client.send("GET", "/actuator/info", "").statusCode() == 200;
        } catch (IOException notRunning) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
