package dev.molink.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Several gateway processes on one PostgreSQL, and two pipelines of one node each, whose nodes dial all of them. The gateways
 * share the keys' peppers, as replicas must, and nothing else but the database.
 */
final class GatewayGroup implements AutoCloseable {

    static final List<String> PIPELINES = List.of("left", "right");

    private static final int PORTS_EACH = 3;

    private final Path data;
    private final ProductDatabase database;
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final NodeProcesses nodes;
    private final int firstNodePort;

    private GatewayGroup(int count, Path data, ProductDatabase database, Map<String, String> environment)
            throws IOException {
        this.data = data;
        this.database = database;
        Path peppers = data.resolve("key-peppers");
        Files.writeString(peppers, "shared " + "5e".repeat(32) + System.lineSeparator());
        Map<String, String> all = new HashMap<>(database.environment());
        all.put("MOLINK_KEYS_PEPPER_FILE", peppers.toString());
        all.put("MOLINK_GATEWAY_USAGE_GRACE", "3s");
        all.putAll(environment);
        int first = RunningDemo.freePorts(count * PORTS_EACH + PIPELINES.size());
        for (int i = 0; i < count; i++) {
            gateways.add(new GatewayProcess(data.resolve("gateway-" + i), first + i * PORTS_EACH, all));
        }
        this.firstNodePort = first + count * PORTS_EACH;
        this.nodes = new NodeProcesses(
                data, gateways.stream().map(GatewayProcess::nodeAddress).toList());
    }

    /** Starts {@code count} gateways and all else at once and waits until each of them serves. */
    static GatewayGroup start(int count, Map<String, String> environment) throws IOException {
        GatewayGroup group = new GatewayGroup(
                count, Files.createTempDirectory("molink-gateways"), ProductDatabase.start(), environment);
        try {
            for (GatewayProcess gateway : group.gateways) {
                gateway.start();
            }
            for (int i = 0; i < PIPELINES.size(); i++) {
                group.nodes.start(PIPELINES.get(i), 0, -1, group.firstNodePort + i);
            }
            for (GatewayProcess gateway : group.gateways) {
                gateway.awaitReady();
            }
            return group;
        } catch (IOException | RuntimeException | AssertionError failed) {
            group.close();
            throw failed;
        }
    }

    List<GatewayProcess> gateways() {
        return gateways;
    }

    ProductDatabase database() {
        return database;
    }

    /** Folders of the nodes' journals. */
    List<Path> nodeFolders() {
        List<Path> folders = new ArrayList<>();
        for (int i = 0; i < PIPELINES.size(); i++) {
            folders.add(nodes.folder(firstNodePort + i));
        }
        return folders;
    }

    @Override
    public void close() throws IOException {
        nodes.close();
        gateways.forEach(GatewayProcess::close);
        database.close();
        Folders.delete(data);
    }
}
