package dev.molink.cli.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One running role; its output is appended to a log file of its own. */
public final class RoleProcess {

    /**
     * What to start, and again after it ended.
     *
     * @param environment set in the process on top of this one's environment
     */
    record Specification(Role role, String name, List<String> arguments, Map<String, String> environment, Path log) {

        Specification {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }
    }

    private static final int EXPLAINING_LINES = 15;

    private final Specification specification;
    private final Process process;

    private RoleProcess(Specification specification, Process process) {
        this.specification = specification;
        this.process = process;
    }

    static RoleProcess start(Distribution distribution, Specification specification) throws IOException {
        Files.createDirectories(specification.log().getParent());
        ProcessBuilder builder = new ProcessBuilder(
                        specification.role().command(distribution, specification.arguments()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(specification.log().toFile()));
        builder.environment().putAll(specification.environment());
        return new RoleProcess(specification, builder.start());
    }

    Specification specification() {
        return specification;
    }

    public String name() {
        return specification.name();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** A sentence and the end of the log, for a process that ended before it should. */
    public String obituary() throws IOException {
        List<String> lines = Files.readAllLines(specification.log());
        List<String> last = lines.subList(Math.max(0, lines.size() - EXPLAINING_LINES), lines.size());
        return "%s ended with status %d:%n  %s%n(whole log: %s)"
                .formatted(
                        name(),
                        process.exitValue(),
                        String.join(System.lineSeparator() + "  ", last),
                        specification.log());
    }

    public int exitStatus() {
        return process.exitValue();
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
