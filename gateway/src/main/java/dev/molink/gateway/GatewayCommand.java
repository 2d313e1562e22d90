package dev.molink.gateway;

import dev.molink.gateway.system.GatewayVersion;
import dev.molink.gateway.system.MolinkHome;
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
        name = "molink gateway",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = GatewayVersion.Provider.class,
        description = {
            "Starts the gateway: the OpenAI API for clients, and the port that stage nodes dial.",
            "",
            "Nothing needs to be installed or prepared: without flags it listens on 8080 and keeps its data in a file"
                    + " database under ~/.molink."
        },
        footer = {
            "",
            "Ports: the API (and /console) on 8080, management on 8081, nodes on 9090.",
            "With --port P: the API on P, management on P+1, nodes on P+2.",
            "",
            "Environment:",
            "  MOLINK_CLUSTER_SECRET  what stage nodes on other machines prove",
            "                         themselves with. Unset: a random one in",
            "                         ~/.molink/cluster-secret, and the node port",
            "                         takes calls from this machine only.",
            "  MOLINK_HOME            instead of ~/.molink",
            "  MOLINK_DATABASE_URL, MOLINK_DATABASE_USER, MOLINK_DATABASE_PASSWORD",
            "                         as the flags of these names; several gateways",
            "                         share one PostgreSQL (docs/operations.md)",
            "  MOLINK_DEMO_API_KEY    makes this an API key of the project 'demo'",
            "  MOLINK_DEMO_ADMIN_KEY  makes this a key of the administration API",
            "  MOLINK_DEMO_CONSOLE_PASSWORD",
            "                         the password of the console's account 'admin'",
            "",
            "Example, then a key for a client:",
            "  ./molink gateway --port 8080",
            "  ./molink keys create --name laptop"
        })
final class GatewayCommand {

    private static final int DEFAULT_PORT = 8080;
    private static final int DEFAULT_MANAGEMENT_PORT = 8081;
    private static final int DEFAULT_NODE_PORT = 9090;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "moves all ports: API P, management P+1, nodes P+2 (default: 8080, 8081, 9090)")
    private @Nullable Integer port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "where the database, keys' pepper and models' text are kept (default: ~/.molink/gateway-<port>)")
    private @Nullable Path data;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "a PostgreSQL database instead of the file, such as jdbc:postgresql://db:5432/molink")
    private @Nullable String databaseUrl;

    @Option(names = "--database-user", paramLabel = "NAME", description = "the database's user")
    private @Nullable String databaseUser;

    @Option(
            names = "--database-password",
            paramLabel = "PASSWORD",
            description = "the database's password; better set MOLINK_DATABASE_PASSWORD, which others cannot see")
    private @Nullable String databasePassword;

    @Option(
            names = "--max-body",
            paramLabel = "SIZE",
            description = "the largest request body, such as 10MB (default: 10MB)")
    private @Nullable String maxBody;

    /** The configuration that the flags stand for. */
    Map<String, Object> properties(Map<String, String> environment) {
        int api = port == null ? DEFAULT_PORT : port;
        if (api < 1 || api > 65_533) {
            throw new ParameterException(
                    spec.commandLine(), "--port must be between 1 and 65533, but it is %d".formatted(api));
        }
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", api);
        properties.put("management.server.port", port == null ? DEFAULT_MANAGEMENT_PORT : api + 1);
        properties.put("spring.grpc.server.port", port == null ? DEFAULT_NODE_PORT : api + 2);
        Path home = MolinkHome.of(environment);
        properties.put("molink.home", home.toString());
        properties.put("molink.data", (data == null ? home.resolve("gateway-" + api) : data).toString());
        putIfSet(properties, "molink.database.url", databaseUrl);
        putIfSet(properties, "molink.database.user", databaseUser);
        putIfSet(
                properties,
                "molink.database.password",
                databasePassword == null ? environment.get("MOLINK_DATABASE_PASSWORD") : databasePassword);
        putIfSet(properties, "molink.gateway.http.max-body", maxBody);
        return properties;
    }

    private static void putIfSet(Map<String, Object> properties, String key, @Nullable String value) {
        if (value != null) {
            properties.put(key, value);
        }
    }
}
