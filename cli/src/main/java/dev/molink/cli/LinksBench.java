package dev.molink.cli;

import dev.molink.bench.fleet.FleetSetting;
import dev.molink.bench.links.ClockChoice;
import dev.molink.bench.links.LinksExperiment.Step;
import dev.molink.bench.links.LinksOutcome;
import dev.molink.bench.links.LinksPage;
import dev.molink.bench.links.LinksRun;
import dev.molink.bench.links.LinksSetup;
import dev.molink.bench.links.LinksTable;
import dev.molink.bench.links.Measured;
import dev.molink.bench.links.PaperExperiment;
import dev.molink.bench.links.Prices;
import dev.molink.bench.links.ServiceLimits;
import dev.molink.bench.links.SyntheticTrace;
import dev.molink.bench.links.TargetsTable;
import dev.molink.bench.links.TextChoice;
import dev.molink.bench.links.TraceException;
import dev.molink.bench.links.TraceFile;
import dev.molink.bench.links.Workload;
import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.PublishedModels;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.format.ModelLoadException;
import dev.molink.stagenode.model.hub.CachedHub;
import dev.molink.stagenode.simulation.DeviceProfile;
import dev.molink.stagenode.simulation.SimulatedDevice;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The experiment of the MoLink papers in one command. */
@Command(
        name = "links",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Serve a trace of requests with a fleet of simulated devices over slow links, once for each transmit policy,",
            "as published and with everything of ours besides, and compare. On the virtual clock, which is the default,",
            "hours pass in seconds; the scheduler, the stages and the transmit queues are those of the product."
        },
        footer = {
            "",
            "Examples, one setting, and the papers' experiment with all targets:",
            "  ./molink bench links --rate 1gbit --rps 1.2",
            "  ./molink bench links --experiment paper --html paper.html"
        })
final class LinksBench implements Callable<Integer> {

    private static final int SYNTHETIC_REQUESTS = 20_000;

    @Option(
            names = "--clock",
            paramLabel = "C",
            defaultValue = "virtual",
            description = "virtual, real (processes' real code and gRPC over shaped links, in real time) or both,"
                    + " side by side (default: virtual)")
    String clock = "virtual";

    @Option(names = "--stages", paramLabel = "N", defaultValue = "3", description = "stages (default: 3)")
    int stages;

    @Option(
            names = "--device",
            paramLabel = "D",
            defaultValue = "sim:rtx4090",
            description = "what each stage simulates (default: sim:rtx4090)")
    String device = "";

    @Option(
            names = "--model",
            paramLabel = "CONFIG",
            defaultValue = "qwen3-14b",
            description = "published dimensions, such as qwen3-14b or llama-2-13b, or a config.json"
                    + " (default: qwen3-14b)")
    String model = "";

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "100mbit",
            description = "of each link (default: 100mbit)")
    String rate = "";

    @Option(names = "--delay", paramLabel = "D", defaultValue = "15ms", description = "one way (default: 15ms)")
    String delay = "";

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "arrivals with columns TIMESTAMP,ContextTokens,GeneratedTokens")
    @Nullable
    Path trace;

    @Option(
            names = "--synthetic",
            paramLabel = "T",
            defaultValue = "conversation",
            description = "without a trace: conversation or code, with the statistics of Azure's traces"
                    + " (default: conversation)")
    String synthetic = "";

    @Option(
            names = "--rps",
            paramLabel = "R",
            defaultValue = "0.2",
            description = "requests per second to which the trace is thinned (default: 0.2)")
    double rps;

    @Option(names = "--requests", paramLabel = "N", defaultValue = "300", description = "how many (default: 300)")
    int requests;

    @Option(
            names = "--policies",
            paramLabel = "P,…",
            split = ",",
            defaultValue = "fifo,concurrent,molink,fair",
            description = "transmit policies (default: fifo,concurrent,molink,fair)")
    List<String> policies = List.of();

    @Option(
            names = "--codecs",
            paramLabel = "C,…",
            split = ",",
            defaultValue = "auto,bf16",
            description = "codecs of what is not as published: auto, f32, bf16, int8 (default: auto,bf16)")
    List<String> codecs = List.of();

    @Option(
            names = "--batching",
            paramLabel = "B",
            defaultValue = "auto",
            description = "batching of what is not as published (default: auto; the policies that are not ours then get"
                    + " the best prefill piece of a sweep)")
    String batching = "";

    @Option(
            names = "--text",
            paramLabel = "T",
            defaultValue = "random",
            description = "of the requests, as traces hold none: random, or repeating, where four of five tokens lie in"
                    + " passages copied from before (default: random)")
    String text = "";

    @Option(
            names = "--speculation",
            paramLabel = "S",
            description = "of what is not as published: off, auto or a number of drafts (default: auto where the text"
                    + " repeats, else off)")
    @Nullable
    String speculation;

    @Option(
            names = "--ttft-limit",
            paramLabel = "MS",
            defaultValue = "5000",
            description = "that a request keeps for the goodput (default: 5000)")
    double ttftLimit;

    @Option(
            names = "--tpot-limit",
            paramLabel = "MS",
            defaultValue = "250",
            description = "that a request keeps for the goodput (default: 250)")
    double tpotLimit;

    @Option(
            names = "--experiment",
            paramLabel = "paper",
            description =
                    "paper: 100 Mbit/s with 0.2 requests/s, 1 Gbit/s with 1.2, and texts that repeat, compared with"
                            + " what is aimed at and with what is possible; replaces --rate, --delay, --rps, --codecs, --text")
    @Nullable
    String experiment;

    @Option(
            names = "--sweep",
            paramLabel = "rps",
            description = "rps: print each rate that was tried for the goodput, too")
    @Nullable
    String sweep;

    @Option(names = "--no-goodput", description = "leave the goodput out, which needs many runs")
    boolean noGoodput;

    @Option(
            names = "--node-price",
            paramLabel = "P",
            defaultValue = "0.34",
            description = "rent of a node per hour (default: 0.34, an assumption)")
    String nodePrice = "";

    @Option(
            names = "--token-price",
            paramLabel = "IN/OUT",
            defaultValue = "0.15/0.60",
            description = "of a million prompt and generated tokens (default: 0.15/0.60, an assumption)")
    String tokenPrice = "";

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "of everything drawn (default: 1)")
    long seed;

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
        CommandSpec command = Objects.requireNonNull(spec);
        PrintWriter out = command.commandLine().getOut();
        LinksSetup setup;
        ClockChoice chosen;
        try {
            setup = setup();
            chosen = ClockChoice.parse(clock);
            requireSweep();
            requireExperiment(chosen);
            requireVirtualText(chosen);
        } catch (IllegalArgumentException | TraceException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        Consumer<String> progress = line -> say(out, "… " + line);
        if (experiment == null) {
            one(out, new LinksRun(setup, progress).run(chosen));
        } else {
            paper(out, new PaperExperiment(setup, progress).run());
        }
        return 0;
    }

    private void one(PrintWriter out, LinksOutcome outcome) throws IOException {
        print(out, outcome);
        write(json, outcome.report());
        if (html != null) {
            Files.writeString(html, new LinksPage().part("", outcome).html());
        }
    }

    private void paper(PrintWriter out, PaperExperiment.Outcome outcome) throws IOException {
        LinksPage page = new LinksPage().targets(outcome.targets());
        for (PaperExperiment.Part part : outcome.parts()) {
            say(out, "%n== %s".formatted(part.title()));
            print(out, part.outcome());
            page.part(part.title(), part.outcome());
        }
        say(out, "%n== Targets: ours as delivered ÷ the baseline".formatted());
        TargetsTable.lines(outcome.targets()).forEach(line -> say(out, line));
        write(
                json,
                outcome.parts().stream().map(part -> part.outcome().report()).toList());
        if (html != null) {
            Files.writeString(html, page.html());
        }
    }

    private static void write(@Nullable Path file, Object value) throws IOException {
        if (file != null) {
            Files.writeString(
                    file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value));
        }
    }

    private void requireSweep() {
        if (sweep != null && (!sweep.equals("rps") || noGoodput)) {
            throw new IllegalArgumentException("--sweep %s: allowed is rps, without --no-goodput".formatted(sweep));
        }
    }

    private void requireExperiment(ClockChoice chosen) {
        if (experiment != null && (!experiment.equals("paper") || chosen != ClockChoice.VIRTUAL)) {
            throw new IllegalArgumentException(
                    "--experiment %s: allowed is paper, on the virtual clock".formatted(experiment));
        }
    }

    /** Simulated devices of the real clock draw what they sample. */
    private void requireVirtualText(ClockChoice chosen) {
        if (TextChoice.parse(text) == TextChoice.REPEATING && chosen != ClockChoice.VIRTUAL) {
            throw new IllegalArgumentException("--text repeating: allowed on the virtual clock only");
        }
    }

    private LinksSetup setup() throws IOException {
        LinkShape link = LinkShape.parse(rate, delay);
        ModelConfig config = config();
        BatchingOption rule = BatchingOption.parse(batching);
        FleetSetting fleet = new FleetSetting(
                config,
                profile(),
                stages,
                link,
                TransmitPolicy.FAIR,
                ActivationCodec.F32,
                1,
                rule,
                speculation(),
                seed);
        return new LinksSetup(
                model,
                fleet,
                workload(),
                rps,
                requests,
                TextChoice.parse(text),
                policies.stream().map(TransmitPolicy::parse).distinct().toList(),
                codecs.stream()
                        .map(text -> CodecOption.parse(text).choose(Math.round(link.bytesPerSecond())))
                        .distinct()
                        .toList(),
                Prices.parse(nodePrice, tokenPrice),
                new ServiceLimits(ttftLimit, tpotLimit, ServiceLimits.DEFAULT.share()),
                !noGoodput);
    }

    private SpeculationOption speculation() {
        if (speculation != null) {
            return SpeculationOption.parse(speculation);
        }
        return TextChoice.parse(text) == TextChoice.REPEATING
                ? new SpeculationOption.Auto()
                : new SpeculationOption.Off();
    }

    private ModelConfig config() {
        if (PublishedModels.names().contains(model)) {
            return PublishedModels.config(model);
        }
        try (CachedHub hub = CachedHub.fromEnvironment()) {
            return ModelFiles.open(ModelSource.of(model), hub).config();
        } catch (ModelLoadException e) {
            throw new IllegalArgumentException(
                    "--model %s: %s; built in are %s"
                            .formatted(model, e.getMessage(), String.join(", ", PublishedModels.names())),
                    e);
        }
    }

    private DeviceProfile profile() {
        return SimulatedDevice.parse(device)
                .orElseThrow(() -> new IllegalArgumentException(
                        "--device %s: only simulated devices, such as sim:rtx4090, take part".formatted(device)))
                .profile();
    }

    private Workload workload() throws IOException {
        if (trace != null) {
            return new Workload(String.valueOf(trace.getFileName()), TraceFile.read(trace), seed);
        }
        SyntheticTrace generator = SyntheticTrace.parse(synthetic);
        return new Workload("synthetic " + generator, generator.generate(SYNTHETIC_REQUESTS, seed), seed);
    }

    private void print(PrintWriter out, LinksOutcome outcome) {
        say(out, "");
        outcome.report().setting().forEach((name, value) -> say(out, "%-22s %s".formatted(name, value)));
        say(out, "");
        new LinksTable(outcome.report()).lines().forEach(line -> say(out, line));
        if (!outcome.gains().isEmpty()) {
            say(out, "%nWhere the gain comes from, one change after another:".formatted());
            outcome.gains().forEach(step -> say(out, gain(step)));
        }
        if ("rps".equals(sweep)) {
            outcome.measured().forEach(each -> sweep(out, each));
        }
        if (!outcome.comparison().isEmpty()) {
            say(out, "");
            outcome.comparison().forEach(line -> say(out, line));
        }
    }

    private static String gain(Step step) {
        return String.format(
                Locale.ROOT,
                "  %-42s TTFT mean %8.1f ms, TPOT mean %7.1f ms, p99 %8.1f ms",
                step.change(),
                step.ttftMean(),
                step.tpotMean(),
                step.tpotP99());
    }

    private static void sweep(PrintWriter out, Measured measured) {
        measured.goodput().ifPresent(found -> {
            say(
                    out,
                    "%n%s: requests per second and share that keeps the limits"
                            .formatted(measured.contestant().name()));
            found.tried()
                    .forEach(tried -> say(
                            out,
                            String.format(
                                    Locale.ROOT,
                                    "  %8.3f  %5.1f %%",
                                    tried.requestsPerSecond(),
                                    100 * tried.keptShare())));
        });
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
