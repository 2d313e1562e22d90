package dev.molink.controlplane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;

class DatabaseFailureAnalyzerTests {

    @TempDir
    private Path data;

    @Test
    void aFileInUseIsASentence() throws Exception {
        Files.createFile(data.resolve("molink.mv.db"));
        String url = new DatabaseSettings(null, "molink", "", 2).urlIn(data);
        try (FileChannel otherProcess = FileChannel.open(data.resolve("molink.mv.db"), StandardOpenOption.WRITE);
                FileLock lock = otherProcess.lock()) {

            FailureAnalysis analysis = analysisOf(catchThrowable(() -> DriverManager.getConnection(url, "molink", "")));

            assertThat(lock.isValid()).isTrue();
            assertThat(analysis.getDescription())
                    .isEqualTo("The database file in the data folder is in use by another process.");
            assertThat(analysis.getAction()).contains("--data", "--database-url");
        }
    }

    @Test
    void aServerThatIsAwayIsASentence() throws Exception {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        String url = "jdbc:postgresql://127.0.0.1:%d/molink".formatted(closedPort);

        FailureAnalysis analysis = analysisOf(catchThrowable(() -> DriverManager.getConnection(url, "anna", "")));
        assertThat(analysis.getDescription())
                .startsWith("The database does not answer: ")
                .contains("" + closedPort);
        assertThat(analysis.getAction()).contains("molink.database.url");
    }

    @Test
    void aWrongPasswordIsASentence() {
        FailureAnalysis analysis = analysisOf(new SQLException("password authentication failed", "28P01"));
        assertThat(analysis.getAction()).contains("molink.database.password");
    }

    @Test
    void anythingElseIsLeftToOthers() {
        assertThat(find(new SQLException("syntax error", "42601"))).isEmpty();
        assertThat(find(new SQLException("no state"))).isEmpty();
    }

    private static FailureAnalysis analysisOf(Throwable failure) {
        return find(failure).orElseThrow();
    }

    private static Optional<FailureAnalysis> find(Throwable failure) {
        return Optional.ofNullable(new DatabaseFailureAnalyzer()
                .analyze(new IllegalStateException("the application did not start", failure)));
    }
}
