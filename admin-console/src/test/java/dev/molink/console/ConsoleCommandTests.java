package dev.molink.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ConsoleCommandTests {

    @Test
    void withoutFlagsItListensOn8085AndKeepsItsFilesAtHome() {
        assertThat(properties(Map.of("MOLINK_HOME", "/home/ada/.molink")))
                .containsOnly(
                        Map.entry("server.port", 8085), Map.entry("molink.data", "/home/ada/.molink/console-8085"));
    }

    @Test
    void everyFlagHasItsKeyAndThePasswordComesFromTheEnvironment() {
        Map<String, String> environment = Map.of("MOLINK_DATABASE_PASSWORD", "secret");

        assertThat(properties(
                        environment,
                        "--port",
                        "9000",
                        "--data",
                        "/data",
                        "--database-url",
                        "jdbc:postgresql://db/molink",
                        "--database-user",
                        "ada"))
                .containsOnly(
                        Map.entry("server.port", 9000),
                        Map.entry("molink.data", "/data"),
                        Map.entry("molink.database.url", "jdbc:postgresql://db/molink"),
                        Map.entry("molink.database.user", "ada"),
                        Map.entry("molink.database.password", "secret"));
    }

    @Test
    void aWrongPortIsASentence() {
        assertThat(start("--port", "70000")).contains("--port must be between 1 and 65535, but it is 70000");
    }

    @Test
    void aTakenPortIsASentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = String.valueOf(taken.getLocalPort());

            assertThat(start("--port", port)).contains("port " + port + " is taken by another process");
        }
    }

    @Test
    void aPasswordIsNoFlag() {
        assertThat(start("--database-password", "secret")).contains("Unknown option");
    }

    private static Map<String, Object> properties(Map<String, String> environment, String... arguments) {
        ConsoleCommand command = new ConsoleCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.properties(environment);
    }

    private static String start(String... arguments) {
        StringWriter errors = new StringWriter();
        int exitCode = ConsoleApplication.start(arguments, Map.of(), new PrintWriter(errors, true));
        assertThat(exitCode).isEqualTo(CommandLine.ExitCode.USAGE);
        return errors.toString();
    }
}
