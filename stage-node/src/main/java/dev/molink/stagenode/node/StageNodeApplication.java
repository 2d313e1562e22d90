package dev.molink.stagenode.node;

import dev.molink.kernels.DeviceUnavailableException;
import dev.molink.stagenode.link.HostPort;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.format.ModelLoadException;
import dev.molink.stagenode.model.hub.CachedHub;
import dev.molink.stagenode.node.StageProcess.Places;
import dev.molink.stagenode.pipeline.LoadedStage;
import dev.molink.stagenode.security.ClusterSecret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The stage process. What an operator can mend is one sentence and exit status 2, or 1 once it has run. */
public final class StageNodeApplication {

    private static final Logger log = LoggerFactory.getLogger(StageNodeApplication.class);
    private static final int REFUSED = 2;

    private StageNodeApplication() {}

    public static void main(String[] arguments) {
        PrintWriter errors = new PrintWriter(System.err, true, Charset.defaultCharset());
        int status = start(arguments, System.getenv(), errors);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Starts the process; on return it runs, or help was printed, or {@code errors} says why it does not. */
    static int start(String[] arguments, Map<String, String> environment, PrintWriter errors) {
        StageCommand command = new StageCommand();
        CommandLine line = new CommandLine(command).setUsageHelpAutoWidth(true);
        try {
            if (CommandLine.printHelpIfRequested(line.parseArgs(arguments))) {
                return 0;
            }
            command.validate();
            run(command, environment);
            return 0;
        } catch (ParameterException e) {
            errors.println("molink stage: " + e.getMessage());
            errors.println("`molink stage --help` explains the flags.");
        } catch (IllegalArgumentException
                | ModelLoadException
                | DeviceUnavailableException
                | IOException
                | UncheckedIOException e) {
            errors.println("molink stage: " + e.getMessage());
        }
        return REFUSED;
    }

    /** Loads the layers and serves them. */
    static ConfigurableApplicationContext run(StageCommand command, Map<String, String> environment)
            throws IOException {
        Path home = home(environment);
        ClusterSecret secret = ClusterSecret.resolve(environment.get(ClusterSecret.VARIABLE), home);
        if (OwnAddress.isTaken(command.grpcPort, !secret.chosenByOperator())) {
            throw new IllegalArgumentException("port %d is in use by another process; choose another with --grpc-port"
                    .formatted(command.grpcPort));
        }
        DataFolder data = DataFolder.open(command.dataFolder(home));
        try {
            return serve(command, secret, data);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /** The layers are loaded once the log is set up, and before the server starts. */
    private static ConfigurableApplicationContext serve(StageCommand command, ClusterSecret secret, DataFolder data) {
        return new SpringApplicationBuilder(StageServerConfiguration.class)
                .web(WebApplicationType.NONE)
                .properties(Map.of(
                        "spring.config.name",
                        "molink-stage",
                        "spring.grpc.server.port",
                        command.grpcPort,
                        "spring.grpc.server.address",
                        secret.chosenByOperator() ? "0.0.0.0" : "127.0.0.1"))
                .initializers((GenericApplicationContext context) -> {
                    StageProcess process = load(command, secret, data);
                    context.registerBean(StageProcess.class, () -> process, bean -> bean.setDestroyMethodName(""));
                    context.registerBean(ClusterSecret.class, () -> secret);
                })
                .run();
    }

    private static StageProcess load(StageCommand command, ClusterSecret secret, DataFolder data) {
        if (!secret.chosenByOperator()) {
            log.warn(
                    "{} is not set: taking calls from this machine only; set the same on every machine to use more",
                    ClusterSecret.VARIABLE);
        }
        // A hub's model keeps its connection for the shards that are fetched later.
        ModelFiles files = ModelFiles.open(ModelSource.of(command.model), CachedHub.fromEnvironment());
        LayerRange range = LayerRange.of(
                command.startLayer, command.endLayer, files.config().layers());
        LoadedStage stage = LoadedStage.load(files, range, command.options());
        try {
            Places places = places(command, !secret.chosenByOperator());
            return new StageProcess(
                    stage,
                    command.head(),
                    files,
                    StageText.of(files),
                    data,
                    secret,
                    places,
                    command.linkFaults(),
                    StageNodeApplication::exit);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static Path home(Map<String, String> environment) {
        String set = environment.get("MOLINK_HOME");
        return set == null || set.isBlank() ? Path.of(System.getProperty("user.home"), ".molink") : Path.of(set);
    }

    private static Places places(StageCommand command, boolean onlyLoopback) throws IOException {
        List<HostPort> gateways = command.gateways();
        Optional<HostPort> peer = command.initialPeer();
        Optional<HostPort> advertised = command.advertised();
        HostPort own = advertised.isPresent()
                ? advertised.get()
                : OwnAddress.find(
                        onlyLoopback,
                        command.grpcPort,
                        Stream.concat(peer.stream(), gateways.stream()).toList());
        return new Places(own, gateways, peer);
    }

    /** Ends the process from whatever thread found that it cannot go on. */
    private static void exit(String reason) {
        log.error("stopping: {}", reason);
        Thread.ofPlatform().name("exit").start(() -> System.exit(1));
    }
}
