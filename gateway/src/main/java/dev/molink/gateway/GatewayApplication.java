package dev.molink.gateway;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** The gateway process. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {

    private static final List<String> PORTS =
            List.of("server.port", "management.server.port", "spring.grpc.server.port");

    public static void main(String[] arguments) {
        PrintWriter errors = new PrintWriter(System.err, true, Charset.defaultCharset());
        int exitCode = start(arguments, System.getenv(), errors);
        if (exitCode != ExitCode.OK) {
            System.exit(exitCode);
        }
    }

    /** Starts the application; on return it runs, or {@code --help} was answered, or {@code errors} says why not. */
    static int start(String[] arguments, Map<String, String> environment, PrintWriter errors) {
        GatewayCommand command = new GatewayCommand();
        CommandLine commandLine = new CommandLine(command);
        try {
            commandLine.parseArgs(arguments);
            if (CommandLine.printHelpIfRequested(commandLine.getParseResult())) {
                return ExitCode.OK;
            }
            Map<String, Object> properties = command.properties(environment);
            requireFreePorts(commandLine, properties);
            run(properties);
            return ExitCode.OK;
        } catch (ParameterException wrong) {
            errors.println(wrong.getMessage());
            errors.println("Try: molink gateway --help");
            return ExitCode.USAGE;
        }
    }

    /** Starts the application with {@code properties} before those of {@code molink-gateway.yaml}. */
    public static ConfigurableApplicationContext run(Map<String, Object> properties) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "molink-gateway"));
        application.addInitializers(context -> configure(context.getEnvironment(), properties));
        return application.run();
    }

    /** Without a secret that other machines could know, no other machine has business at the node port. */
    private static void configure(ConfigurableEnvironment environment, Map<String, Object> properties) {
        environment.getPropertySources().addFirst(new MapPropertySource("molinkGatewayFlags", properties));
        if (environment.getProperty("MOLINK_CLUSTER_SECRET", "").isBlank()) {
            environment
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            "molinkNodePort",
                            Map.of(
                                    "spring.grpc.server.address",
                                    InetAddress.getLoopbackAddress().getHostAddress())));
        }
    }

    private static void requireFreePorts(CommandLine commandLine, Map<String, Object> properties) {
        for (String key : PORTS) {
            if (properties.get(key) instanceof Integer port && !isFree(port)) {
                throw new ParameterException(
                        commandLine,
                        "port %d is taken by another process; --port P moves this gateway to P, P+1 and P+2"
                                .formatted(port));
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
