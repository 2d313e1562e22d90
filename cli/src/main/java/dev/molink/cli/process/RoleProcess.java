package dev.molink.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One running role; its output goes to a log file of its own. */
public final class RoleProcess {

    private static final int EXPLAINING_LINES = 15;

    private final String name;
    private final Process process;
    private final Path log;

    private RoleProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts {@code role}.
     *
     * @param environment set in the process on top of this one's environment
     */
    static RoleProcess start(
            Distribution distribution,
            Role role,
            String name,
            List<String> arguments,
            Map<String, String> environment,
            Path log)
            throws IOException {
        Files.createDirectories(log.getParent());
        ProcessBuilder builder = new ProcessBuilder(role.command(distribution, arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        // Its own standard input: a terminal's Ctrl-C is ours to handle, and a closed pipe tells the child we are gone.
        return new RoleProcess(name, builder.start(), log);
    }

    public String name() {
        return name;
    }

    public Path log() {
        return log;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** A sentence and the end of the log, for a process that ended before it should. */
    public String obituary() throws IOException {
        List<String> lines = Files.readAllLines(log);
        List<String> last = lines.subList(Math.max(0, lines.size() - EXPLAINING_LINES), lines.size());
        return "%s ended with status %d:%n  %s%n(whole log: %s)"
                .formatted(name, process.exitValue(), String.join(System.lineSeparator() + "  ", last), log);
    }

    void requestStop() {
        process.destroy();
    }

    /** Waits for the end and kills what outlives {@code patience}. */
    void awaitStop(Duration patience) {
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
