package dev.molink.cli.figures;

import dev.molink.cli.deployment.ApiClient;
import dev.molink.cli.deployment.Deployment;
import dev.molink.cli.deployment.LayerCut;
import dev.molink.cli.process.Distribution;
import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import dev.molink.cli.process.Role;
import dev.molink.cli.process.RoleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/** Starts the demo's deployment, as many times as asked, and measures it from outside. */
public final class DemoFigures {

    private static final String KEY = "key-of-the-figures";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final int TOKENS = 256;
    private static final int ROUNDS = 3;

    private final Distribution distribution;
    private final int basePort;

    public DemoFigures(Distribution distribution, int basePort) {
        this.distribution = distribution;
        this.basePort = basePort;
    }

    /**
     * One deployment's figures.
     *
     * @param firstAnswerSeconds from the start of the first process to the first whole answer
     * @param tokensPerSecond generated ids per second of one request alone, the best of three
     * @param tokensPerSecondOfEight the same for eight requests at once, all together
     */
    public record Row(
            int stages,
            double firstAnswerSeconds,
            double tokensPerSecond,
            double tokensPerSecondOfEight,
            List<ProcessRow> processes) {}

    /** @param idlePercent processor time over wall time while nobody asks */
    public record ProcessRow(String name, long residentBytes, long residentFileBytes, double idlePercent) {}

    /** Measures one deployment with {@code stages} stage processes. */
    public Row measure(int stages, int layers) throws Exception {
        Path data = Files.createTempDirectory("molink-figures");
        long start = System.nanoTime();
        try (ProcessGroup group = new ProcessGroup(distribution, data.resolve("logs"));
                ApiClient api = new ApiClient(basePort, KEY)) {
            Deployment deployment = new Deployment(group, Ports.of(basePort), data);
            deployment.checkPorts(stages);
            deployment.startGateway(Role.GATEWAY_DEMO, basePort, Map.of("MOLINK_DEMO_API_KEY", KEY));
            List<LayerCut> cuts = LayerCut.evenly(0, layers, stages);
            for (int stage = 0; stage < stages; stage++) {
                deployment.startStage(stage, distribution.bundledModel().toString(), cuts.get(stage), List.of());
            }
            deployment.awaitServing(PATIENCE);
            generate(api, 16);
            double firstAnswer = secondsSince(start);
            double alone = best(() -> generate(api, TOKENS));
            double eight = best(() -> generateEight(api));
            return new Row(stages, firstAnswer, alone, eight, processes(group));
        }
    }

    private static double best(Callable<Integer> run) throws Exception {
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            int tokens = run.call();
            best = Math.max(best, tokens / secondsSince(start));
        }
        return best;
    }

    private static int generateEight(ApiClient api) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                answers.add(clients.submit(() -> generate(api, TOKENS)));
            }
            int tokens = 0;
            for (Future<Integer> answer : answers) {
                tokens += answer.get();
            }
            return tokens;
        }
    }

    private static int generate(ApiClient api, int tokens) throws IOException, InterruptedException {
        JsonNode answer = api.post(
                "/v1/completions",
                Map.of(
                        "model",
                        "molink-demo",
                        "prompt",
                        "Once upon a time",
                        "max_tokens",
                        tokens,
                        "ignore_eos",
                        true,
                        "temperature",
                        0));
        return answer.at("/usage/completion_tokens").asInt();
    }

    private static List<ProcessRow> processes(ProcessGroup group) throws IOException, InterruptedException {
        List<RoleProcess> processes = group.processes();
        List<Duration> before = new ArrayList<>();
        for (RoleProcess process : processes) {
            before.add(ProcessFigures.processorTime(process.pid()));
        }
        Thread.sleep(IDLE);
        List<ProcessRow> rows = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            long pid = processes.get(i).pid();
            Duration busy = ProcessFigures.processorTime(pid).minus(before.get(i));
            rows.add(new ProcessRow(
                    processes.get(i).name(),
                    ProcessFigures.residentBytes(pid),
                    ProcessFigures.residentFileBytes(pid),
                    100.0 * busy.toNanos() / IDLE.toNanos()));
        }
        return rows;
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
