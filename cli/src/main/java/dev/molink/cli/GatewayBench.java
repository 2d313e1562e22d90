package dev.molink.cli;

import dev.molink.bench.gateway.GatewayReport;
import dev.molink.bench.gateway.InstantHead;
import dev.molink.bench.gateway.LoadOutcome;
import dev.molink.bench.gateway.TokenOutcome;
import dev.molink.cli.figures.BenchDatabase;
import dev.molink.cli.figures.GatewayFigures;
import dev.molink.cli.process.Distribution;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.hub.CachedHub;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measure the gateway itself, in front of a head that answers at once: requests/s, added latency, and what it",
            "adds to each token of a stream. With all its parts, and without some. A minute or two.",
            ""
        })
final class GatewayBench implements Callable<Integer> {

    private static final String MODEL = "molink-demo";

    @Option(names = "--port", paramLabel = "P", defaultValue = "18080", description = "First port (default 18080).")
    int port;

    @Option(
            names = "--clients",
            paramLabel = "N,…",
            split = ",",
            defaultValue = "10,100",
            description = "Concurrent clients (default 10,100).")
    List<Integer> clients = List.of();

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Requests per number of clients (default 20000).")
    int requests;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Requests before the first measurement of each gateway (default 20000).")
    int warmUp;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "16",
            description = "Tokens of an answer (default 16).")
    int tokens;

    @Option(
            names = "--database",
            paramLabel = "D",
            defaultValue = "h2",
            description = "h2, or postgresql for one that is started for the run, or jdbc:postgresql:… (default h2).")
    String database = "h2";

    @Option(names = "--only-whole", description = "Do not measure without each part.")
    boolean onlyWhole;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON, too.")
    @Nullable
    Path json;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Distribution distribution = Distribution.ofEnvironment();
        GatewayReport report;
        try (BenchDatabase chosen = BenchDatabase.open(database)) {
            GatewayFigures.Plan plan =
                    new GatewayFigures.Plan(clients, requests, warmUp, tokens, !onlyWhole, chosen.settings());
            GatewayFigures figures =
                    new GatewayFigures(distribution, port, model(distribution), plan, line -> say(out, "… " + line));
            report = new GatewayReport(machine(), chosen.name(), tokens, figures.measure());
        }
        report.settings().forEach(setting -> print(out, setting));
        if (json != null) {
            Files.writeString(
                    json, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(report));
        }
        return 0;
    }

    private static InstantHead.Model model(Distribution distribution) throws Exception {
        try (CachedHub hub = CachedHub.fromEnvironment()) {
            ModelFiles files =
                    ModelFiles.open(ModelSource.of(distribution.bundledModel().toString()), hub);
            return new InstantHead.Model(
                    MODEL,
                    files.config().maxPositions(),
                    files.config().vocabularySize(),
                    files.config().endTokenIds().iterator().next(),
                    files.textAssets().orElseThrow());
        }
    }

    private static void print(PrintWriter out, GatewayReport.Setting setting) {
        say(
                out,
                "%n%s%n%8s %12s %12s  %s"
                        .formatted(setting.name(), "clients", "requests/s", "CPU µs", "added p50/p99/max ms"));
        for (int i = 0; i < setting.loads().size(); i++) {
            LoadOutcome load = setting.loads().get(i);
            say(
                    out,
                    String.format(
                            Locale.ROOT,
                            "%8d %12.0f %12.0f  %.2f / %.2f / %.2f  (× %.2f)",
                            load.clients(),
                            load.requestsPerSecond(),
                            load.cpuMicros(),
                            load.p50Millis(),
                            load.p99Millis(),
                            load.maxMillis(),
                            setting.rate().get(i)));
        }
        for (TokenOutcome stream : setting.streams()) {
            say(
                    out,
                    String.format(
                            Locale.ROOT,
                            "%8d streams: added to a token p50 %.2f, p99 %.2f, max %.2f ms (%d tokens, %d joined)",
                            stream.streams(),
                            stream.p50Millis(),
                            stream.p99Millis(),
                            stream.maxMillis(),
                            stream.tokens(),
                            stream.joined()));
        }
    }

    private static String machine() {
        return "%d processors, %s %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.vm.name"),
                        System.getProperty("java.version"));
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
