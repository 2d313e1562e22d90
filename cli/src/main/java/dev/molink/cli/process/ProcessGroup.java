package dev.molink.cli.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The role processes of one deployment: all stop together, also when this program is told to end. */
public final class ProcessGroup implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Distribution distribution;
    private final Path logs;
    private final List<RoleProcess> processes = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this

    public ProcessGroup(Distribution distribution, Path logs) {
        this.distribution = distribution;
        this.logs = logs;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "molink-stop-processes"));
    }

    /** Starts one more process; its log is {@code NAME.log}. */
    public void start(Role role, String name, List<String> arguments, Map<String, String> environment)
            throws IOException {
        Path log = logs.resolve(name.replace(' ', '-') + ".log");
        start(new RoleProcess.Specification(role, name, arguments, environment, log));
    }

    /** Starts the same again in place of a process that ended. */
    public synchronized void restart(RoleProcess ended) throws IOException {
        processes.remove(ended);
        start(ended.specification());
    }

    private synchronized void start(RoleProcess.Specification specification) throws IOException {
        if (closed) {
            throw new IOException(specification.name() + " was not started: the program is ending");
        }
        processes.add(RoleProcess.start(distribution, specification));
    }

    /** A process that has ended, if any. */
    public synchronized Optional<RoleProcess> firstEnded() {
        return processes.stream().filter(process -> !process.isAlive()).findFirst();
    }

    /** The processes that run now. */
    public synchronized List<RoleProcess> processes() {
        return List.copyOf(processes);
    }

    public Path logs() {
        return logs;
    }

    /** Asks the stages to stop first so that the gateway can still take their last reports, then the gateway. */
    @Override
    public synchronized void close() {
        closed = true;
        List<RoleProcess> reversed = processes.reversed();
        reversed.forEach(RoleProcess::requestStop);
        reversed.forEach(process -> process.awaitStop(PATIENCE));
        processes.clear();
    }
}
