package dev.molink.cli.figures;

import dev.molink.bench.engine.ClosedLoop;
import dev.molink.bench.engine.CompletionClient;
import dev.molink.bench.engine.CompletionTiming;
import dev.molink.bench.engine.EngineReport;
import dev.molink.bench.engine.EngineReport.Point;
import dev.molink.bench.engine.EngineReport.Ratio;
import dev.molink.bench.engine.EngineReport.Series;
import dev.molink.bench.engine.Spread;
import dev.molink.bench.relay.LinkShape;
import dev.molink.cli.process.Distribution;
import dev.molink.stagenode.engine.WireOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Runs the bundled model in different settings, one after another, and compares them. */
public final class EngineFigures {

    private static final int TOKENS = 128;

    private static final int PREFIX_TOKENS = 1000;
    private static final int PREFIX_ROUNDS = 7;
    private static final int WIRE_PROMPTS = 8;

    /** Until so many are answered tokens/s still rises, as code is being compiled. */
    private static final int SWEEP_WARM_UP_REQUESTS = 512;

    private static final int WARM_UP_REQUESTS = 128;

    /** Of the bundled model. */
    private static final int HIDDEN_SIZE = 256;

    private static final LinkShape SLOW = LinkShape.parse("100mbit", "15ms");

    private final Distribution distribution;
    private final int basePort;
    private final int layers;
    private final WireOptions wire;
    private final List<Integer> clients;
    private final List<Integer> groupClients;
    private final Consumer<String> progress;
    private final List<Ratio> ratios = new ArrayList<>();

    /** Milliseconds per token of a stream alone, by link. */
    private record TimesPerToken(double loopback, double slow) {}

    /**
     * @param wire of all links, with a codec that is not measured
     * @param clients numbers of concurrent clients of the sweeps, in rising order
     * @param groupClients the same where decode groups are compared
     * @param progress gets a line about what runs now
     */
    public EngineFigures(
            Distribution distribution,
            int basePort,
            int layers,
            WireOptions wire,
            List<Integer> clients,
            List<Integer> groupClients,
            Consumer<String> progress) {
        this.distribution = distribution;
        this.basePort = basePort;
        this.layers = layers;
        this.wire = wire;
        this.clients = List.copyOf(clients);
        this.groupClients = List.copyOf(groupClients);
        this.progress = progress;
    }

    /** Measures everything; some minutes. */
    public EngineReport measure() throws Exception {
        Series oneStage = oneStage();
        overlap();
        progress.accept("2 stages, with decode groups and with one");
        List<Series> groups = new GroupFigures(distribution, basePort, layers, wire, groupClients).measure();
        ratio("8 streams against 1, one stage, tokens/s", rate(oneStage, 1), rate(oneStage, 8), "tokens/s", "≥ 4");
        for (int streams : groupClients) {
            ratio(
                    "groups in flight against one, 2 stages of 1 thread, %d streams, tokens/s".formatted(streams),
                    rate(groups.getLast(), streams),
                    rate(groups.getFirst(), streams),
                    "tokens/s",
                    "≥ 1.5");
        }
        speculation();
        return new EngineReport(
                machine(), "molink-demo", List.of(oneStage, groups.getFirst(), groups.getLast()), ratios);
    }

    private static String machine() {
        return "%d processors, %s %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.vm.name"),
                        System.getProperty("java.version"));
    }

    /** Sweeps run without drafts, so that they show batching alone. */
    private Series oneStage() throws Exception {
        progress.accept("1 stage");
        try (BenchDeployment one = start(1, "--speculation", "off")) {
            ClosedLoop loop = loop(one, TOKENS);
            loop.run(8, SWEEP_WARM_UP_REQUESTS);
            Series series = Sweep.measure(clients, List.of(new Sweep.Subject("1 stage", loop, one::bubbleShares)))
                    .getFirst();
            prefix(one.client());
            return series;
        }
    }

    private BenchDeployment start(int stages, String... flags) throws Exception {
        return BenchDeployment.start(distribution, basePort, layers, new BenchDeployment.Setting(stages, flags(flags)));
    }

    private List<String> flags(String... flags) {
        return WireFlags.with(wire, flags);
    }

    private static ClosedLoop loop(BenchDeployment deployment, int tokens) {
        CompletionClient client = deployment.client();
        return new ClosedLoop(number -> client.complete("Story number %d. Once upon a time".formatted(number), tokens));
    }

    private void prefix(CompletionClient client) throws Exception {
        progress.accept("a prefix of %d tokens, twice".formatted(PREFIX_TOKENS));
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int round = -2; round < PREFIX_ROUNDS; round++) {
            List<Integer> prefix = PromptIds.random(round, PREFIX_TOKENS);
            CompletionTiming cold = client.complete(followed(prefix, 1), 4);
            CompletionTiming warm = client.complete(followed(prefix, 2), 4);
            if (round >= 0) {
                first.add(1e3 * cold.timeToFirstToken());
                second.add(1e3 * warm.timeToFirstToken());
            }
        }
        ratio(
                "second request with the same 1,000-token prefix, median TTFT",
                Spread.of(first).p50(),
                Spread.of(second).p50(),
                "ms",
                "≤ 0.25");
    }

    /** Prompts go through a link that needs as long for a row as a stage: the wall against the sum of both. */
    private void overlap() throws Exception {
        progress.accept("overlap of compute and wire");
        try (BenchDeployment two = start(2, "--threads", "1", "--speculation", "off")) {
            loop(two, TOKENS).run(8, WARM_UP_REQUESTS);
            overlap(two);
        }
    }

    private void overlap(BenchDeployment two) throws Exception {
        for (int round = 0; round < 2; round++) {
            prefillAll(two.client(), round);
        }
        double row = two.engine().at("/stages/0/prefillTokenMillis").asDouble() / 1e3;
        double computing = row * WIRE_PROMPTS * PREFIX_TOKENS;
        long rowBytes = wire.codec().choose(0).rowBytes(HIDDEN_SIZE);
        double rate = rowBytes * (double) WIRE_PROMPTS * PREFIX_TOKENS / computing;
        two.shapeLinks(new LinkShape(rate, Duration.ofMillis(1)));
        prefillAll(two.client(), 20);
        double wall = prefillAll(two.client(), 21);
        two.shapeLinks(BenchDeployment.LOOPBACK);
        ratio(
                "prefill of %d × %d tokens, compute ≈ wire, wall against their sum"
                        .formatted(WIRE_PROMPTS, PREFIX_TOKENS),
                1e3 * 2 * computing,
                1e3 * wall,
                "ms",
                "≤ 0.65");
    }

    /** Seconds until every prompt has its first id. */
    private static double prefillAll(CompletionClient client, int round) throws Exception {
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<CompletionTiming>> answers = new ArrayList<>();
            for (int i = 0; i < WIRE_PROMPTS; i++) {
                int seed = 1000 * (round + 1) + i;
                answers.add(threads.submit(() -> client.complete(PromptIds.random(seed, PREFIX_TOKENS), 1)));
            }
            for (Future<CompletionTiming> answer : answers) {
                answer.get();
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Both pipelines are started anew and do the same work before, so that they are compiled alike. */
    private void speculation() throws Exception {
        TimesPerToken without = timesPerToken("without", "off");
        TimesPerToken with = timesPerToken("with", "auto");
        String target = "falls with the link's rate";
        ratio("drafts, repeating text, loopback, TPOT", without.loopback(), with.loopback(), "ms", target);
        ratio("drafts, repeating text, 100 Mbit/s and 15 ms, TPOT", without.slow(), with.slow(), "ms", target);
    }

    private TimesPerToken timesPerToken(String drafts, String option) throws Exception {
        progress.accept("text that repeats, %s drafts".formatted(drafts));
        try (BenchDeployment two = start(2, "--threads", "1", "--speculation", option)) {
            loop(two, TOKENS).run(8, WARM_UP_REQUESTS);
            return timesPerToken(two);
        }
    }

    private static TimesPerToken timesPerToken(BenchDeployment two) throws Exception {
        double loopback = timePerToken(two.client());
        two.shapeLinks(SLOW);
        double slow = timePerToken(two.client());
        two.shapeLinks(BenchDeployment.LOOPBACK);
        return new TimesPerToken(loopback, slow);
    }

    private static double timePerToken(CompletionClient client) throws Exception {
        List<Double> times = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            CompletionTiming timing = client.complete(repeating(round), 2 * TOKENS);
            if (round >= 2) {
                times.add(1e3 * timing.timePerToken());
            }
        }
        return Spread.of(times).p50();
    }

    /** A text that the bundled model goes on repeating. */
    private static String repeating(int round) {
        return "%d. The cat sat on the mat. The dog sat on the mat. "
                .formatted(round)
                .repeat(8);
    }

    private static List<Integer> followed(List<Integer> prefix, int seed) {
        List<Integer> prompt = new ArrayList<>(prefix);
        prompt.addAll(PromptIds.random(seed, 8));
        return prompt;
    }

    private static double rate(Series series, int clients) {
        return series.points().stream()
                .map(Point::outcome)
                .filter(outcome -> outcome.clients() == clients)
                .mapToDouble(ClosedLoop.Outcome::tokensPerSecond)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the sweep over %s has no %d clients"
                        .formatted(Arrays.toString(series.points().toArray()), clients)));
    }

    private void ratio(String what, double before, double after, String unit, String target) {
        ratios.add(new Ratio(what, before, after, unit, after / before, target));
    }
}
