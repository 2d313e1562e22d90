package dev.molink.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.molink.cli.audit.AuditCheck;
import dev.molink.cli.process.Ports;
import dev.molink.controlplane.audit.AuditProof;
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
            description =
                    "With --counters: folder of a stage or a deployment (default: all of this user's). With --verify-audit:"
                            + " folder of the gateway.")
    @Nullable
    Path data;

    @Option(
            names = "--verify-audit",
            description =
                    "Prove instead that the audit log is what was written; status 1 and the first wrong row when not.")
    boolean verifyAudit;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "With --verify-audit: API port of the gateway (default 8080).")
    @Nullable
    Integer port;

    @Option(
            names = "--audit-row",
            paramLabel = "N",
            description = "With --verify-audit and --audit-hash: prove as well that row N still has this hash.")
    @Nullable
    Long auditRow;

    @Option(
            names = "--audit-hash",
            paramLabel = "HASH",
            description = "The hash that --verify-audit printed when row N was the last one.")
    @Nullable
    String auditHash;

    @Option(names = "--json", description = "With --counters: print JSON.")
    boolean json;

    @Override
    public Integer call() throws Exception {
        if (counters) {
            return printCounters();
        }
        if (verifyAudit) {
            return verifyAudit();
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

    private int verifyAudit() throws Exception {
        if ((auditRow == null) != (auditHash == null)) {
            throw new IllegalArgumentException("--audit-row and --audit-hash belong together");
        }
        if (auditHash != null && !auditHash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "--audit-hash must be 64 hex digits, but it is '%s'".formatted(auditHash));
        }
        DataOption where = new DataOption();
        where.port = port;
        where.data = data;
        AuditCheck.Result result = AuditCheck.run(
                Ports.of(port).management(),
                GatewayFolder.find(where),
                auditRow == null || auditHash == null ? null : new AuditProof.Witness(auditRow, auditHash));
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(result.sentence());
        out.flush();
        return result.intact() ? 0 : 1;
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
