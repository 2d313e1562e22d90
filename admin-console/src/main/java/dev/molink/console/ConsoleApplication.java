package dev.molink.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** The console as a process of its own. It brings nothing but the auto-configuration that the gateway carries as well. */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = UserDetailsServiceAutoConfiguration.class)
public class ConsoleApplication {

    public static void main(String[] arguments) {
        PrintWriter errors = new PrintWriter(System.err, true, Charset.defaultCharset());
        int exitCode = start(arguments, System.getenv(), errors);
        if (exitCode != ExitCode.OK) {
            System.exit(exitCode);
        }
    }

    /** Starts the application; on return it runs, or {@code --help} was answered, or {@code errors} says why not. */
    static int start(String[] arguments, Map<String, String> environment, PrintWriter errors) {
        ConsoleCommand command = new ConsoleCommand();
        CommandLine commandLine = new CommandLine(command);
        try {
            commandLine.parseArgs(arguments);
            if (CommandLine.printHelpIfRequested(commandLine.getParseResult())) {
                return ExitCode.OK;
            }
            Map<String, Object> properties = command.properties(environment);
            requireFreePort(commandLine, properties);
            run(properties);
            return ExitCode.OK;
        } catch (ParameterException wrong) {
            errors.println(wrong.getMessage());
            errors.println("Try: molink console --help");
            return ExitCode.USAGE;
        }
    }

    /** Starts the application with {@code properties} before those of {@code molink-console.yaml}. */
    public static ConfigurableApplicationContext run(Map<String, Object> properties) {
        SpringApplication application = new SpringApplication(ConsoleApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "molink-console"));
        application.addInitializers(context -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("molinkConsoleFlags", properties)));
        return application.run();
    }

    private static void requireFreePort(CommandLine commandLine, Map<String, Object> properties) {
        if (properties.get("server.port") instanceof Integer port && !isFree(port)) {
            throw new ParameterException(
                    commandLine,
                    "port %d is taken by another process; --port P serves the console elsewhere".formatted(port));
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
