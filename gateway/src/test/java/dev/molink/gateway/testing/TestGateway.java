package dev.molink.gateway.testing;

import static org.awaitility.Awaitility.await;

import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.gateway.GatewayApplication;
import dev.molink.gateway.text.TextAssetStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/**
 * A whole gateway on free ports, with its state in one folder and in the database that belongs to it, see
 * {@link TestDatabase}.
 */
public final class TestGateway implements AutoCloseable {

    public static final String SECRET = "a-secret-for-tests";
    public static final String KEY = "test-key";

    private final ConfigurableApplicationContext context;

    private TestGateway(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static TestGateway start(Path folder) {
        return start(folder, Map.of());
    }

    public static TestGateway start(Path folder, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", 0);
        properties.put("management.server.port", 0);
        properties.put("spring.grpc.server.port", 0);
        properties.put("molink.home", folder.toString());
        Path data = folder.resolve("gateway");
        properties.put("molink.data", data.toString());
        properties.putAll(database(data));
        properties.put("MOLINK_CLUSTER_SECRET", SECRET);
        properties.put("MOLINK_DEMO_API_KEY", KEY);
        properties.put("molink.gateway.usage.grace", "200ms");
        properties.put("molink.gateway.answers.disconnect-check", "50ms");
        properties.put("molink.gateway.answers.keep-alive", "300ms");
        properties.put("spring.grpc.server.shutdown.grace-period", "1s");
        properties.put("spring.lifecycle.timeout-per-shutdown-phase", "1s");
        properties.putAll(more);
        return new TestGateway(GatewayApplication.run(properties));
    }

    private static Map<String, Object> database(Path data) {
        try {
            return TestDatabase.chosen().settings(data);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public int port() {
        return Integer.parseInt(context.getEnvironment().getProperty("local.server.port", "0"));
    }

    public int managementPort() {
        return Integer.parseInt(context.getEnvironment().getProperty("local.management.port", "0"));
    }

    public int nodePort() {
        return context.getBean(GrpcServerLifecycle.class).getPort();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** A node that holds the whole model, once requests and their text reach it. */
    public ScriptedNode node(ScriptedNode.Script script) {
        ScriptedNode node = ScriptedNode.whole(nodePort(), SECRET, script);
        node.nextFormation();
        await().until(() ->
                !bean(FleetRegistry.class).serving(ScriptedNode.MODEL).isEmpty()
                        && bean(TextAssetStore.class).has(node.textSha256()));
        return node;
    }

    /** Returns once the nodes of an earlier test have left. */
    public void awaitNoNodes() {
        await().until(() -> bean(FleetRegistry.class).snapshot().nodes().isEmpty());
    }

    @Override
    public void close() {
        context.close();
    }
}
