package dev.molink.product;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL server of its own, which a test may let hang, kill, and start again with the same data and port. */
final class ProductDatabase implements AutoCloseable {

    private final Path folder;
    private final int port;
    private @Nullable EmbeddedPostgres server;

    private ProductDatabase(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** Starts a server; on a machine that cannot run one the test is skipped loudly, or fails where {@code CI=true}. */
    static ProductDatabase start() throws IOException {
        ProductDatabase database =
                new ProductDatabase(Files.createTempDirectory("molink-postgres"), RunningDemo.freePorts(1));
        @Nullable String absence = null;
        try {
            database.startAgain();
        } catch (IOException | IllegalStateException cannot) {
            absence = String.valueOf(cannot.getMessage());
        }
        if (absence != null && Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException("CI needs a PostgreSQL, and none starts on this machine: " + absence);
        }
        Assumptions.assumeTrue(
                absence == null, "SKIPPED, NOT PASSED: PostgreSQL does not start on this machine: " + absence);
        return database;
    }

    void startAgain() throws IOException {
        server = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60))
                // Its defaults for tests lose the newest commits when it is killed; a server with money in it must not.
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .start();
    }

    /** What a gateway's environment needs to use it. */
    Map<String, String> environment() {
        return Map.of("MOLINK_DATABASE_URL", url(), "MOLINK_DATABASE_USER", "postgres");
    }

    /** For what no gateway tells. */
    DataSource dataSource() {
        return Objects.requireNonNull(server, "the server runs").getPostgresDatabase();
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
    }

    /** The server stays connected and answers nothing. */
    void hang() throws IOException {
        signal("STOP");
    }

    /** Kills every process of the server, as a power cut does. */
    void kill() throws IOException {
        List<ProcessHandle> all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
        EmbeddedPostgres killed = server;
        server = null;
        if (killed != null) {
            killed.close();
        }
    }

    private void signal(String name) throws IOException {
        List<CompletableFuture<Process>> sent = processes().stream()
                .map(process -> send(name, process.pid()).onExit())
                .toList();
        sent.forEach(CompletableFuture::join);
    }

    private static Process send(String signal, long pid) {
        try {
            return new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
        } catch (IOException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }

    private List<ProcessHandle> processes() throws IOException {
        long postmaster = Long.parseLong(
                Files.readAllLines(folder.resolve("postmaster.pid")).getFirst());
        return ProcessHandle.of(postmaster).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList();
    }

    @Override
    public void close() throws IOException {
        EmbeddedPostgres running = server;
        server = null;
        if (running != null) {
            running.close();
        }
        Folders.delete(folder);
    }
}
