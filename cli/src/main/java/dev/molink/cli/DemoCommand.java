package dev.molink.cli;

import dev.molink.bench.relay.LinkShape;
import dev.molink.cli.deployment.ApiClient;
import dev.molink.cli.deployment.Deployment;
import dev.molink.cli.deployment.LayerCut;
import dev.molink.cli.deployment.StageLinks;
import dev.molink.cli.process.Distribution;
import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import dev.molink.cli.process.Role;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Start a gateway with console and N stage processes on this machine, with the bundled demo model,",
            "and print the API address, a fresh key, the console login and a curl line. Ctrl-C stops all.",
            ""
        })
final class DemoCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String USER = "admin";

    private static final String BUNDLED_MODEL_ID = "molink-demo";

    @Mixin
    DataOption where = new DataOption();

    @Option(names = "--stages", paramLabel = "N", defaultValue = "2", description = "Stage processes (default 2).")
    int stages;

    @Option(names = "--model", paramLabel = "MODEL", description = "Another model than the bundled one.")
    @Nullable
    String model;

    @Mixin
    StageFlags flags = new StageFlags();

    @Mixin
    LinkFlags linkFlags = new LinkFlags();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        Distribution distribution = Distribution.ofEnvironment();
        String location = model != null ? model : distribution.bundledModel().toString();
        List<LayerCut> cuts = LayerCut.evenly(0, ModelLayers.count(location), stages);
        Optional<LinkShape> shape = linkFlags.shape(stages);
        Path data = where.folder("demo");
        Ports ports = Ports.of(where.port);
        String key = Optional.ofNullable(System.getenv("MOLINK_DEMO_API_KEY")).orElseGet(() -> "sk-demo-" + random(24));
        String adminKey = Optional.ofNullable(System.getenv("MOLINK_DEMO_ADMIN_KEY"))
                .orElseGet(() -> "sk-admin-demo-" + random(24));
        String password = random(8);
        try (StageLinks links = new StageLinks(ports);
                ProcessGroup group = new ProcessGroup(distribution, data.resolve("logs"))) {
            Deployment deployment = new Deployment(group, ports, data);
            deployment.checkPorts(stages);
            say("Starting a gateway and %d stage%s of %s …"
                    .formatted(stages, stages == 1 ? "" : "s", Path.of(location).getFileName()));
            deployment.startGateway(Role.GATEWAY_DEMO, where.port, environment(key, adminKey, password));
            for (int stage = 0; stage < stages; stage++) {
                List<String> arguments = flags.arguments(stages);
                if (shape.isPresent()) {
                    arguments.addAll(links.inFrontOf(stage, shape.get()));
                }
                deployment.startStage(stage, location, cuts.get(stage), arguments);
                say("  stage %d: layers %s".formatted(stage, cuts.get(stage)));
            }
            shape.ifPresent(link -> say("  links between stages, each way: " + link));
            deployment.awaitServing(PATIENCE);
            say("Serving after %.1f s.%n".formatted((System.nanoTime() - start) / 1e9));
            say(welcome(servedModel(ports, key), ports, new Credentials(key, adminKey, password), group.logs()));
            deployment.supervise(this::say);
        }
        return 0;
    }

    /** What opens the demonstration: to clients, to the administration, to the console. */
    private record Credentials(String key, String adminKey, String password) {

        @Override
        public String toString() {
            return "Credentials[]";
        }
    }

    /** The bundled model has a price; another one's is its operator's to set, so its requests are not billed. */
    private Map<String, String> environment(String key, String adminKey, String password) {
        Map<String, String> environment = new HashMap<>();
        environment.put("MOLINK_DEMO_API_KEY", key);
        environment.put("MOLINK_DEMO_ADMIN_KEY", adminKey);
        environment.put("MOLINK_DEMO_CONSOLE_PASSWORD", password);
        if (model == null) {
            environment.put("MOLINK_DEMO_PRICED_MODEL", BUNDLED_MODEL_ID);
        }
        return environment;
    }

    private static String servedModel(Ports ports, String key) throws Exception {
        try (ApiClient api = new ApiClient(ports.api(), key)) {
            return api.firstModel();
        }
    }

    private static String welcome(String modelId, Ports ports, Credentials credentials, Path logs) {
        return """
                API      http://127.0.0.1:%1$d/v1
                Key      %2$s
                Admin    %7$s   for /v1/organization and /admin/v1
                Console  http://127.0.0.1:%1$d/console   user %3$s, password %4$s
                Logs     %6$s

                Try it:

                curl http://127.0.0.1:%1$d/v1/chat/completions -H 'Authorization: Bearer %2$s' -H 'Content-Type: application/json' -d '{"model": "%5$s", "messages": [{"role": "user", "content": "What is MoLink?"}]}'

                What it cost:

                curl http://127.0.0.1:%1$d/admin/v1/ledger -H 'Authorization: Bearer %7$s' -H 'OpenAI-Organization: demo'

                Ctrl-C stops everything.""".formatted(
                ports.api(), credentials.key(), USER, credentials.password(), modelId, logs, credentials.adminKey());
    }

    private void say(String line) {
        PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
