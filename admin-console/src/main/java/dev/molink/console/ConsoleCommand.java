package dev.molink.console;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags of the role and what they mean as configuration. */
@Command(
        name = "molink console",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts the console on its own: the pages under /console, against the database that gateways share.",
            "",
            "Every gateway carries the same console; alone it is for when operators and clients shall not meet on one port."
        },
        footer = {
            "",
            "Environment:",
            "  MOLINK_DATABASE_PASSWORD  the database's password",
            "  MOLINK_HOME               instead of ~/.molink",
            "",
            "Example:",
            "  MOLINK_DATABASE_PASSWORD=… ./molink console --port 8085 \\",
            "      --database-url jdbc:postgresql://db:5432/molink --database-user molink"
        })
final class ConsoleCommand {

    private static final int DEFAULT_PORT = 8085;
    private static final int MAX_PORT = 65_535;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "P", description = "where the pages are served (default: 8085)")
    private int port = DEFAULT_PORT;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "where files are kept: the keys' pepper, which all processes need to have in common, and without"
                            + " --database-url the database (default: ~/.molink/console-<port>)")
    private @Nullable Path data;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "the PostgreSQL database of the gateways, such as jdbc:postgresql://db:5432/molink")
    private @Nullable String databaseUrl;

    @Option(names = "--database-user", paramLabel = "NAME", description = "the database's user (default: molink)")
    private @Nullable String databaseUser;

    /** The configuration that the flags stand for. */
    Map<String, Object> properties(Map<String, String> environment) {
        if (port < 1 || port > MAX_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--port must be between 1 and %d, but it is %d".formatted(MAX_PORT, port));
        }
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", port);
        properties.put("molink.data", (data == null ? home(environment).resolve("console-" + port) : data).toString());
        putIfSet(properties, "molink.database.url", databaseUrl);
        putIfSet(properties, "molink.database.user", databaseUser);
        putIfSet(properties, "molink.database.password", environment.get("MOLINK_DATABASE_PASSWORD"));
        return properties;
    }

    private static Path home(Map<String, String> environment) {
        String set = environment.get("MOLINK_HOME");
        return set == null || set.isBlank() ? Path.of(System.getProperty("user.home"), ".molink") : Path.of(set);
    }

    private static void putIfSet(Map<String, Object> properties, String key, @Nullable String value) {
        if (value != null) {
            properties.put(key, value);
        }
    }
}
