package dev.molink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** {@code keys create-admin} and {@code doctor --verify-audit} on a database that no gateway has open. */
class AuditCommandTests {

    private static final Pattern LAST_HASH = Pattern.compile("(\\d+) rows?, the last with the hash ([0-9a-f]{64})");

    @TempDir
    Path data;

    private static String port = "";

    private record Outcome(int status, String output) {}

    @BeforeAll
    static void choosePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = String.valueOf(Math.min(free.getLocalPort(), 64_000));
        }
    }

    @Test
    void makesTheFirstKeyAndProvesItsRowUntilSomebodyChangesItOnH2() throws SQLException {
        String url = "jdbc:h2:file:%s;MODE=PostgreSQL".formatted(data.resolve("molink"));

        makesTheFirstKeyAndProvesItsRowUntilSomebodyChangesIt(url, "molink", "DROP TRIGGER audit_entry_row");
    }

    @Test
    void makesTheFirstKeyAndProvesItsRowUntilSomebodyChangesItOnPostgresql() throws SQLException, IOException {
        try (EmbeddedPostgres server = startServer()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            System.setProperty("molink.database.url", url);
            System.setProperty("molink.database.user", "postgres");

            makesTheFirstKeyAndProvesItsRowUntilSomebodyChangesIt(
                    url, "postgres", "DROP TRIGGER audit_entry_row ON audit_entry");
        } finally {
            System.clearProperty("molink.database.url");
            System.clearProperty("molink.database.user");
        }
    }

    private void makesTheFirstKeyAndProvesItsRowUntilSomebodyChangesIt(String url, String user, String dropTrigger)
            throws SQLException {
        Outcome created = run("keys", "create-admin", "--name", "laptop");
        Outcome narrow = run("keys", "create-admin", "--name", "none", "--organization", "nobody");
        Outcome ordinary = run("keys", "create", "--name", "client");
        Outcome proved = run("doctor", "--verify-audit");
        Matcher last = LAST_HASH.matcher(proved.output());

        assertThat(created.status()).as(created.output()).isZero();
        assertThat(created.output()).startsWith("sk-admin-").contains("only time");
        assertThat(narrow.status()).isEqualTo(2);
        assertThat(ordinary.status()).isZero();
        assertThat(proved.status()).as(proved.output()).isZero();
        assertThat(last.find()).isTrue();
        // the admin key, the project that was missing, its key
        assertThat(last.group(1)).isEqualTo("3");
        assertThat(run("doctor", "--verify-audit", "--audit-row", "3", "--audit-hash", last.group(2))
                        .status())
                .isZero();

        execute(url, user, dropTrigger, "UPDATE audit_entry SET actor_id = 'nobody' WHERE sequence = 2");
        Outcome broken = run("doctor", "--verify-audit");

        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.output()).contains("wrong from row 2 on", "project.created", "was changed");
    }

    @Test
    void saysWhatItNeeds(@TempDir Path empty) {
        assertThat(execute(List.of("doctor", "--verify-audit", "--port", port, "--data", empty.toString()))
                        .status())
                .isEqualTo(2);
        assertThat(run("doctor", "--verify-audit", "--audit-row", "3").status()).isEqualTo(2);
        assertThat(run("doctor", "--verify-audit", "--audit-row", "3", "--audit-hash", "x")
                        .status())
                .isEqualTo(2);
    }

    private Outcome run(String... arguments) {
        List<String> all = new ArrayList<>();
        Collections.addAll(all, arguments);
        Collections.addAll(all, "--port", port, "--data", data.toString());
        return execute(all);
    }

    private static Outcome execute(List<String> arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        try {
            int status = Molink.run(arguments.toArray(String[]::new));
            return new Outcome(status, output.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    private static void execute(String url, String user, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, "");
                Statement work = connection.createStatement()) {
            for (String statement : statements) {
                work.execute(statement);
            }
        }
    }

    /** Skips the test loudly on a machine that cannot run one; fails it where {@code CI=true}. */
    private static EmbeddedPostgres startServer() throws IOException {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException | IllegalStateException cannot) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw cannot;
            }
            throw new TestAbortedException("SKIPPED, NOT PASSED: PostgreSQL does not start on this machine", cannot);
        }
    }
}
