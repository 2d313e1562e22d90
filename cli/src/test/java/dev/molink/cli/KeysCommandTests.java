package dev.molink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounds of {@code keys create} on a database that no gateway has open. */
class KeysCommandTests {

    @TempDir
    Path data;

    private record Outcome(int status, String output) {}

    @Test
    void boundsAKey() throws IOException, SQLException {
        Outcome created = create(
                "--name",
                "crm",
                "--models",
                "molink-demo,Qwen/Qwen3-0.6B",
                "--endpoints",
                "/v1/chat/completions",
                "--endpoints",
                "/v1/models",
                "--ip-ranges",
                "10.0.0.0/8,2001:db8::/32",
                "--expires-in-days",
                "90");

        assertThat(created.status()).as(created.output()).isZero();
        assertThat(created.output()).startsWith("sk-").contains("only time");
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:file:%s;MODE=PostgreSQL".formatted(data.resolve("molink")), "molink", "");
                Statement work = connection.createStatement();
                ResultSet key = work.executeQuery(
                        "SELECT allowed_models, allowed_endpoints, allowed_ip_ranges, created_at, expires_at FROM api_key")) {
            assertThat(key.next()).isTrue();
            assertThat(key.getString("allowed_models")).isEqualTo("molink-demo\nQwen/Qwen3-0.6B");
            assertThat(key.getString("allowed_endpoints")).isEqualTo("/v1/chat/completions\n/v1/models");
            assertThat(key.getString("allowed_ip_ranges")).isEqualTo("10.0.0.0/8\n2001:db8::/32");
            assertThat(Duration.between(
                            key.getObject("created_at", OffsetDateTime.class),
                            key.getObject("expires_at", OffsetDateTime.class)))
                    .isCloseTo(Duration.ofDays(90), Duration.ofMinutes(1));
        }
    }

    @Test
    void showsTheBoundsOfKeysInColumnsThatAreThereWhenNeeded() throws IOException {
        create("--name", "laptop");
        Outcome unbound = run("list");
        create("--name", "crm", "--models", "molink-demo,Qwen/Qwen3-0.6B", "--expires-in-days", "90");
        Outcome bound = run("list");

        assertThat(unbound.output().lines().toList())
                .satisfiesExactly(
                        titles -> assertThat(titles.split(" +"))
                                .containsExactly("id", "project", "name", "key", "created", "revoked"),
                        key -> assertThat(key.split(" +")).hasSize(5));
        assertThat(bound.output().lines())
                .hasSize(3)
                .anySatisfy(titles -> assertThat(titles.split(" +"))
                        .containsExactly("id", "project", "name", "key", "created", "expires", "revoked", "models"))
                .anySatisfy(crm -> assertThat(crm)
                        .matches(".* crm .*T\\S+Z +\\d{4}-\\d\\d-\\d\\dT\\S+Z +molink-demo,Qwen/Qwen3-0.6B"))
                .anySatisfy(laptop -> assertThat(laptop).matches(".* laptop .*T\\S+Z"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    --models          | a,,b        | --models cannot have '': a model's name has 1 to 200 characters
                    --models          | ,           | --models must have from 1 to 32 entries, but it has 0
                    --endpoints       | v1/models   | --endpoints cannot have 'v1/models': an endpoint is a path such as
                    --ip-ranges       | 10.0.0.0/99 | --ip-ranges cannot have '10.0.0.0/99': '10.0.0.0/99' must have a prefix length from 0 to 32
                    --ip-ranges       | office      | --ip-ranges cannot have 'office': 'office' is no range of IP addresses such as 10.0.0.0/8
                    --expires-in-days | 0           | --expires-in-days must be from 1 to 3650, but it is 0
                    --expires-in-days | soon        | Invalid value for option '--expires-in-days': 'soon' is not an int
                    """)
    void saysWhichFlagHasWhichWrongValueAndMakesNothing(String flag, String value, String sentence) throws IOException {
        Outcome refused = create("--name", "crm", flag, value);

        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.output()).contains(sentence).doesNotContain("Exception");
        assertThat(data).isEmptyDirectory();
    }

    private Outcome create(String... arguments) throws IOException {
        return run("create", arguments);
    }

    private Outcome run(String command, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("keys", command));
        Collections.addAll(all, arguments);
        Collections.addAll(all, "--port", freePort(), "--data", data.toString());
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(output, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            int status = Molink.run(all.toArray(String[]::new));
            return new Outcome(status, output.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static String freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return String.valueOf(Math.min(free.getLocalPort(), 64_000));
        }
    }
}
