package dev.molink.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --port} and {@code --data}, the same for all commands that start or find a deployment. */
final class DataOption {

    private static final int STANDARD_API_PORT = 8080;

    @Option(
            names = "--port",
            paramLabel = "P",
            description =
                    "API port (default 8080). When given it moves all: API P, actuator P+1, nodes P+2, stages from P+3.")
    @Nullable
    Integer port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for all state: database, journals, logs (default ~/.molink/COMMAND-PORT).")
    @Nullable
    Path data;

    /** The folder given, or the default one of {@code command}. */
    Path folder(String command) {
        return data != null ? data : home().resolve(command + "-" + apiPort());
    }

    int apiPort() {
        return port != null ? port : STANDARD_API_PORT;
    }

    /** {@code MOLINK_HOME}, or {@code ~/.molink}. */
    static Path home() {
        String home = System.getenv("MOLINK_HOME");
        return home != null && !home.isBlank() ? Path.of(home) : Path.of(System.getProperty("user.home"), ".molink");
    }
}
