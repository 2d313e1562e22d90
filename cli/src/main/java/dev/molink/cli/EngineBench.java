package dev.molink.cli;

import dev.molink.bench.engine.EngineReport;
import dev.molink.bench.engine.EngineReport.Point;
import dev.molink.bench.engine.EngineReport.Ratio;
import dev.molink.bench.engine.EngineReport.Series;
import dev.molink.bench.engine.ReportPage;
import dev.molink.cli.figures.EngineFigures;
import dev.molink.cli.process.Distribution;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.transmit.TransmitPolicy;
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
        name = "engine",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measure batching, pipelining, prefix cache, overlap and speculation on the bundled model: throughput and",
            "latency percentiles against the number of clients, idle share of each stage, and ratios. Some minutes."
        })
final class EngineBench implements Callable<Integer> {

    @Option(names = "--port", paramLabel = "P", defaultValue = "18080", description = "First port (default 18080).")
    int port;

    @Option(
            names = "--clients",
            paramLabel = "N,…",
            split = ",",
            defaultValue = "1,2,4,8,16,32",
            description = "Concurrent clients of the sweeps, with 1 and 8 among them (default 1,2,4,8,16,32).")
    List<Integer> clients = List.of();

    @Option(
            names = "--group-clients",
            paramLabel = "N,…",
            split = ",",
            defaultValue = "8,16,32,64",
            description = "The same where two stages run with decode groups and with one (default 8,16,32,64).")
    List<Integer> groupClients = List.of();

    @Option(
            names = "--codec",
            paramLabel = "C",
            defaultValue = "f32",
            description = "How activations cross the links: f32, bf16 or int8 (default f32, so that runs compare).")
    String codec = "f32";

    @Option(
            names = "--transmit-policy",
            paramLabel = "P",
            defaultValue = "fair",
            description = "In which order links send: fair, fifo, concurrent or molink (default fair).")
    String transmitPolicy = "fair";

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON, too.")
    @Nullable
    Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with charts, too.")
    @Nullable
    Path html;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        List<Integer> counts = rising(clients);
        List<Integer> groupCounts = rising(groupClients);
        if (groupCounts.getFirst() < 1) {
            out.println("--group-clients %s: at least one client each".formatted(groupClients));
            return 2;
        }
        if (!counts.containsAll(List.of(1, 8)) || counts.getFirst() < 1) {
            out.println("--clients %s: 1 and 8 must be among them, as the ratios compare these".formatted(clients));
            return 2;
        }
        WireOptions wire;
        try {
            wire = new WireOptions(
                    new CodecOption.Fixed(ActivationCodec.parse(codec)), TransmitPolicy.parse(transmitPolicy));
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            return 2;
        }
        Distribution distribution = Distribution.ofEnvironment();
        int layers = ModelLayers.count(distribution.bundledModel().toString());
        EngineReport report = new EngineFigures(
                        distribution, port, layers, wire, counts, groupCounts, line -> say(out, "… " + line))
                .measure();
        report.sweep().forEach(series -> print(out, series));
        report.ratios().forEach(ratio -> print(out, ratio));
        if (json != null) {
            Files.writeString(
                    json, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(report));
        }
        if (html != null) {
            Files.writeString(html, new ReportPage(report).html());
        }
        return 0;
    }

    private static List<Integer> rising(List<Integer> counts) {
        return counts.stream().sorted().distinct().toList();
    }

    private static void print(PrintWriter out, Series series) {
        say(
                out,
                "%n%s%n%8s %10s  %-24s  %-24s  %s"
                        .formatted(
                                series.name(),
                                "clients",
                                "tokens/s",
                                "TTFT p50/p90/p99 ms",
                                "TPOT p50/p90/p99 ms",
                                "bubble"));
        for (Point point : series.points()) {
            say(
                    out,
                    String.format(
                            Locale.ROOT,
                            "%8d %10.0f  %-24s  %-24s  %s",
                            point.outcome().clients(),
                            point.outcome().tokensPerSecond(),
                            ReportPage.millis(point.outcome().timeToFirstToken()),
                            ReportPage.millis(point.outcome().timePerToken()),
                            ReportPage.bubbles(point)));
        }
    }

    private static void print(PrintWriter out, Ratio ratio) {
        say(
                out,
                String.format(
                        Locale.ROOT,
                        "%n%s: %.2f (%.1f → %.1f %s), target %s",
                        ratio.what(),
                        ratio.ratio(),
                        ratio.before(),
                        ratio.after(),
                        ratio.unit(),
                        ratio.target()));
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
