package dev.molink.cli.deployment;

import dev.molink.cli.process.Ports;
import dev.molink.cli.process.ProcessGroup;
import dev.molink.cli.process.Role;
import dev.molink.cli.process.RoleProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A gateway and the stages of one model on this machine, each a process of its own. */
public final class Deployment {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration WATCH = Duration.ofMillis(250);
    private static final Duration RESTART_DELAY = Duration.ofSeconds(2);
    private static final Duration RESTART_PERIOD = Duration.ofMinutes(1);
    private static final int RESTARTS = 5;

    private final ProcessGroup group;
    private final Ports ports;
    private final Path data;

    /** Nothing runs yet. {@code data} holds the state of all processes. */
    public Deployment(ProcessGroup group, Ports ports, Path data) {
        this.group = group;
        this.ports = ports;
        this.data = data;
    }

    /** Refuses a port that somebody else has, with a sentence. */
    public void checkPorts(int stages) throws IOException {
        Optional<Ports.Taken> taken = ports.firstTaken(stages);
        if (taken.isPresent()) {
            throw new IllegalStateException(
                    "port %d (%s) is in use by another process; stop it, or choose other ports with --port"
                            .formatted(taken.get().port(), taken.get().use()));
        }
    }

    public void startGateway(@Nullable Integer basePort, Map<String, String> environment) throws IOException {
        startGateway(Role.GATEWAY, basePort, environment);
    }

    /** @param role {@link Role#GATEWAY}, or a variant of it */
    public void startGateway(Role role, @Nullable Integer basePort, Map<String, String> environment)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--data", data.toString()));
        if (basePort != null) {
            arguments.addAll(List.of("--port", basePort.toString()));
        }
        group.start(role, "gateway", arguments, environment);
    }

    /** Starts stage number {@code index}, which holds {@code cut} of {@code model}, for this machine's gateway. */
    public void startStage(int index, String model, LayerCut cut, List<String> flags) throws IOException {
        List<String> arguments = stageArguments(index, model, cut.first(), cut.end());
        arguments.addAll(List.of("--gateway", "127.0.0.1:" + ports.nodes()));
        arguments.addAll(flags);
        group.start(Role.STAGE, "stage " + index, arguments, Map.of());
    }

    /** Starts one stage that joins the pipeline of another machine. */
    public void startJoiningStage(String model, int first, int end, String peer, List<String> flags)
            throws IOException {
        List<String> arguments = stageArguments(0, model, first, end);
        arguments.addAll(List.of("--initial-peer", peer));
        arguments.addAll(flags);
        group.start(Role.STAGE, "stage 0", arguments, Map.of());
    }

    private List<String> stageArguments(int index, String model, int first, int end) {
        return new ArrayList<>(List.of(
                "--model",
                model,
                "--start-layer",
                Integer.toString(first),
                "--end-layer",
                Integer.toString(end),
                "--grpc-port",
                Integer.toString(ports.firstStage() + index),
                "--data",
                data.resolve("stage-" + index).toString()));
    }

    /**
     * Waits until a complete pipeline serves.
     *
     * @throws IllegalStateException when a process ends before that or {@code patience} is over
     */
    public void awaitServing(Duration patience) throws IOException, InterruptedException {
        ManagementClient management = management();
        long deadline = System.nanoTime() + patience.toNanos();
        while (!management.isReady()) {
            failIfEnded();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no pipeline serves after %d s; the logs are in %s"
                        .formatted(patience.toSeconds(), group.logs()));
            }
            Thread.sleep(POLL);
        }
    }

    /**
     * Waits until the gateway answers at its management port, with or without a pipeline.
     *
     * @throws IllegalStateException when a process ends before that or {@code patience} is over
     */
    public void awaitAlive(Duration patience) throws IOException, InterruptedException {
        ManagementClient management = management();
        long deadline = System.nanoTime() + patience.toNanos();
        while (!management.isAlive()) {
            failIfEnded();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no gateway answers after %d s; the logs are in %s"
                        .formatted(patience.toSeconds(), group.logs()));
            }
            Thread.sleep(POLL);
        }
    }

    /**
     * Watches the processes until this program is told to stop, and starts those again that end.
     *
     * @param report gets a sentence for each process that ended
     * @throws IllegalStateException when processes keep ending soon after they were started
     */
    public void supervise(Consumer<String> report) throws IOException, InterruptedException {
        Deque<Long> restarts = new ArrayDeque<>();
        while (true) {
            Optional<RoleProcess> ended = group.firstEnded();
            if (ended.isPresent()) {
                giveUpWhenTooMany(restarts);
                report.accept("%s ended with status %d; starting it again"
                        .formatted(ended.get().name(), ended.get().exitStatus()));
                Thread.sleep(RESTART_DELAY);
                group.restart(ended.get());
            }
            Thread.sleep(WATCH);
        }
    }

    private void giveUpWhenTooMany(Deque<Long> restarts) throws IOException {
        long now = System.nanoTime();
        restarts.addLast(now);
        if (restarts.size() > RESTARTS) {
            long oldest = restarts.removeFirst();
            if (now - oldest < RESTART_PERIOD.toNanos()) {
                failIfEnded();
            }
        }
    }

    public ManagementClient management() {
        return new ManagementClient(ports.management(), data);
    }

    private void failIfEnded() throws IOException {
        Optional<RoleProcess> ended = group.firstEnded();
        if (ended.isPresent()) {
            throw new IllegalStateException(ended.get().obituary());
        }
    }
}
