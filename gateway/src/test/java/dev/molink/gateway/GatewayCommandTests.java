package dev.molink.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

class GatewayCommandTests {

    private static final Map<String, String> ENVIRONMENT = Map.of("MOLINK_HOME", "/home/molink");

    @Test
    void listensOnTheUsualPortsWithoutFlags() {
        Map<String, Object> properties = properties();

        assertThat(properties)
                .containsEntry("server.port", 8080)
                .containsEntry("management.server.port", 8081)
                .containsEntry("spring.grpc.server.port", 9090)
                .containsEntry("molink.data", "/home/molink/gateway-8080");
    }

    @Test
    void movesAllPortsTogether() {
        Map<String, Object> properties = properties("--port", "7000");

        assertThat(properties)
                .containsEntry("server.port", 7000)
                .containsEntry("management.server.port", 7001)
                .containsEntry("spring.grpc.server.port", 7002)
                .containsEntry("molink.data", "/home/molink/gateway-7000");
    }

    @Test
    void passesFlagsOnAsConfiguration() {
        Map<String, Object> properties = properties(
                "--data",
                "/data",
                "--database-url",
                "jdbc:postgresql://db/molink",
                "--database-user",
                "molink",
                "--max-body",
                "1MB");

        assertThat(properties)
                .containsEntry("molink.data", "/data")
                .containsEntry("molink.database.url", "jdbc:postgresql://db/molink")
                .containsEntry("molink.database.user", "molink")
                .containsEntry("molink.gateway.http.max-body", "1MB");
    }

    @ParameterizedTest
    @CsvSource({"--port,0", "--port,65534", "--port,x", "--prot,8080"})
    void refusesAWrongFlagInOneSentence(String flag, String value) {
        StringWriter errors = new StringWriter();

        int exitCode = GatewayApplication.start(new String[] {flag, value}, ENVIRONMENT, new PrintWriter(errors, true));

        assertThat(exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(errors.toString()).contains(flag).doesNotContain("Exception");
    }

    @Test
    void namesATakenPortInOneSentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            StringWriter errors = new StringWriter();

            int exitCode = GatewayApplication.start(
                    new String[] {"--port", Integer.toString(taken.getLocalPort())},
                    ENVIRONMENT,
                    new PrintWriter(errors, true));

            assertThat(exitCode).isEqualTo(ExitCode.USAGE);
            assertThat(errors.toString())
                    .contains("port " + taken.getLocalPort() + " is taken")
                    .doesNotContain("Exception");
        }
    }

    private static Map<String, Object> properties(String... arguments) {
        GatewayCommand command = new GatewayCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.properties(ENVIRONMENT);
    }
}
