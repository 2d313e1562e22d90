package dev.molink.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.molink.cli.process.Ports;
import dev.molink.kernels.TensorOps;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.kernels.cuda.CudaProbe;
import dev.molink.stagenode.model.hub.HubSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Say what this machine can do, and what is missing, with the cure.")
final class DoctorCommand implements Callable<Integer> {

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--counters",
            description = "Print what the stages have counted instead: rows by cause, per request and in all.")
    boolean counters;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "With --counters: folder of a stage or a deployment (default: all of this user's).")
    @Nullable
    Path data;

    @Option(names = "--json", description = "With --counters: print JSON.")
    boolean json;

    @Override
    public Integer call() throws Exception {
        if (counters) {
            return printCounters();
        }
        line("JDK", "%s, %s".formatted(Runtime.version(), System.getProperty("java.home")));
        line(
                "system",
                "%s %s, %d cores"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.arch"),
                                Runtime.getRuntime().availableProcessors()));
        line("memory", memory());
        line("kernels", kernels());
        line("CUDA", CudaProbe.result().sentence());
        line("ports", ports());
        line("secret", secret());
        line("models", modelCache());
        line("state", DataOption.home() + (Files.isDirectory(DataOption.home()) ? "" : " (made at the first start)"));
        return 0;
    }

    private int printCounters() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Counters found = Counters.under(data != null ? data : DataOption.home());
        if (json) {
            found.printJson(out);
        } else {
            found.print(out);
        }
        return 0;
    }

    private static String memory() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return "%.1f GiB, %.1f GiB free"
                .formatted(system.getTotalMemorySize() / 0x1p30, system.getFreeMemorySize() / 0x1p30);
    }

    private static String kernels() {
        try (TensorOps ops = TensorOpsProvider.open("auto", TensorOpsProvider.defaultThreads())) {
            return ops.description();
        }
    }

    private static String ports() throws IOException {
        return Ports.of(null)
                .firstTaken(1)
                .map(taken -> "%d (%s) is in use by another process; start with --port to use others"
                        .formatted(taken.port(), taken.use()))
                .orElse("8080, 8081, 9090 and 50061 are free");
    }

    private static String secret() {
        if (System.getenv("MOLINK_CLUSTER_SECRET") != null) {
            return "MOLINK_CLUSTER_SECRET is set: nodes listen on all addresses";
        }
        return "MOLINK_CLUSTER_SECRET is not set: node ports stay on this machine; set the same value on every machine"
                + " to join several";
    }

    private static String modelCache() {
        HubSettings hub = HubSettings.fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
        return "%s%s; %s"
                .formatted(
                        hub.cache(),
                        Files.isDirectory(hub.cache()) ? "" : " (empty)",
                        hub.token() == null ? "no HF_TOKEN, which gated models need" : "HF_TOKEN is set");
    }

    private void line(String name, String value) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.printf("%-8s %s%n", name, value);
        out.flush();
    }
}
