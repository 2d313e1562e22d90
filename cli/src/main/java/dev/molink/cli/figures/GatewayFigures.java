package dev.molink.cli.figures;

import dev.molink.bench.gateway.GatewayLoad;
import dev.molink.bench.gateway.GatewayReport;
import dev.molink.bench.gateway.InstantHead;
import dev.molink.bench.gateway.LoadOutcome;
import dev.molink.bench.gateway.TokenOutcome;
import dev.molink.bench.parts.Part;
import dev.molink.cli.deployment.Deployment;
import dev.molink.cli.process.Distribution;
import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import dev.molink.cli.process.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A gateway process in front of a head that answers at once, with all its parts and without some. */
public final class GatewayFigures {

    private static final String KEY = "key-of-the-figures";
    private static final String SECRET = "secret-of-the-figures";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PACE = Duration.ofMillis(20);
    private static final int PACED_TOKENS = 100;

    private final Distribution distribution;
    private final int basePort;
    private final InstantHead.Model model;
    private final Plan plan;
    private final Consumer<String> progress;

    /**
     * What to measure.
     *
     * @param clients numbers of clients
     * @param requests per number of clients
     * @param warmUpRequests before the first measurement of a process, while its code is being compiled
     * @param tokens generated per request
     * @param parts whether to measure without each part, too
     * @param database the gateway's settings of its database; empty: the H2 file
     */
    public record Plan(
            List<Integer> clients,
            int requests,
            int warmUpRequests,
            int tokens,
            boolean parts,
            Map<String, String> database) {

        public Plan {
            clients = List.copyOf(clients);
            database = Map.copyOf(database);
        }
    }

    /** @param progress gets a line about what runs now */
    public GatewayFigures(
            Distribution distribution, int basePort, InstantHead.Model model, Plan plan, Consumer<String> progress) {
        this.distribution = distribution;
        this.basePort = basePort;
        this.model = model;
        this.plan = plan;
        this.progress = progress;
    }

    /** Measures each setting with a gateway process of its own. */
    public List<GatewayReport.Setting> measure() throws Exception {
        List<GatewayReport.Setting> settings = new ArrayList<>();
        settings.add(setting("everything", Set.of(), List.of()));
        if (plan.parts()) {
            List<LoadOutcome> whole = settings.getFirst().loads();
            settings.add(setting("without limits", EnumSet.of(Part.LIMITS), whole));
            settings.add(setting("without limits and reservation", EnumSet.of(Part.LIMITS, Part.RESERVATION), whole));
            settings.add(setting("without settlement", EnumSet.of(Part.SETTLEMENT), whole));
            settings.add(setting("without authentication", EnumSet.of(Part.AUTHENTICATION), whole));
            settings.add(setting("without all of these", EnumSet.allOf(Part.class), whole));
        }
        return settings;
    }

    private GatewayReport.Setting setting(String name, Set<Part> without, List<LoadOutcome> whole) throws Exception {
        progress.accept(name);
        String words = without.stream()
                .map(part -> part.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
        try (Running running = new Running(words)) {
            List<LoadOutcome> loads = running.loads();
            List<Double> rates = new ArrayList<>();
            for (int i = 0; i < loads.size(); i++) {
                LoadOutcome compared = whole.isEmpty() ? loads.get(i) : whole.get(i);
                rates.add(loads.get(i).requestsPerSecond() / compared.requestsPerSecond());
            }
            return new GatewayReport.Setting(name, loads, rates, without.isEmpty() ? running.streams() : List.of());
        }
    }

    /** One gateway process with its head. */
    private final class Running implements AutoCloseable {

        private final ProcessGroup group;
        private final Ports ports = Ports.of(basePort);
        private final GatewayLoad load = new GatewayLoad(ports.api(), KEY, model.name(), this::processorTime);
        private InstantHead head;

        Running(String without) throws IOException, InterruptedException {
            Path data = Files.createTempDirectory("molink-bench");
            group = new ProcessGroup(distribution, data.resolve("logs"));
            Deployment deployment = new Deployment(group, ports, data);
            deployment.checkPorts(0);
            Map<String, String> all = new HashMap<>(plan.database());
            all.put("MOLINK_DEMO_API_KEY", KEY);
            all.put("MOLINK_CLUSTER_SECRET", SECRET);
            all.put("MOLINK_BENCH_MODEL", model.name());
            all.put("MOLINK_BENCH_WITHOUT", without);
            try {
                deployment.startGateway(Role.GATEWAY_BENCH, basePort, all);
                deployment.awaitAlive(PATIENCE);
                head = new InstantHead(ports.nodes(), SECRET, model, Duration.ZERO);
                load.awaitAnswer(head, PATIENCE);
            } catch (IOException | InterruptedException | RuntimeException failed) {
                group.close();
                throw failed;
            }
        }

        private Duration processorTime() {
            return group.processes().stream()
                    .map(process -> ProcessHandle.of(process.pid()))
                    .flatMap(Optional::stream)
                    .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                    .reduce(Duration.ZERO, Duration::plus);
        }

        List<LoadOutcome> loads() throws Exception {
            load.run(plan.clients().getFirst(), plan.warmUpRequests(), plan.tokens());
            List<LoadOutcome> loads = new ArrayList<>();
            for (int clients : plan.clients()) {
                progress.accept("%d clients, %d requests".formatted(clients, plan.requests()));
                loads.add(load.run(clients, plan.requests(), plan.tokens()));
            }
            return loads;
        }

        /** The same gateway, with a head that takes its time. */
        List<TokenOutcome> streams() throws Exception {
            head.close();
            head = new InstantHead(ports.nodes(), SECRET, model, PACE);
            Thread.sleep(Duration.ofSeconds(1));
            List<TokenOutcome> streams = new ArrayList<>();
            for (int clients : plan.clients()) {
                progress.accept("%d streams, a token each %d ms".formatted(clients, PACE.toMillis()));
                load.stream(head, clients, PACED_TOKENS / 4);
                streams.add(load.stream(head, clients, PACED_TOKENS));
            }
            return streams;
        }

        @Override
        public void close() {
            head.close();
            group.close();
        }
    }
}
