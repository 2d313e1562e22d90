package dev.molink.cli;

import dev.molink.cli.figures.DemoFigures;
import dev.molink.cli.process.Distribution;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Benchmarks; each prints a table. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure this product on this machine.",
        subcommands = {
            BenchCommand.DemoBench.class,
            EngineBench.class,
            CodecsBench.class,
            LinksBench.class,
            GatewayBench.class,
            UsageBench.class
        })
final class BenchCommand implements Callable<Integer> {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        command.commandLine().usage(command.commandLine().getOut());
        return 0;
    }

    @Command(
            name = "demo",
            mixinStandardHelpOptions = true,
            description = {
                "Start the demo's processes with one and with two stages, and measure time to the first answer,",
                "tokens per second, memory and idle processor time of each process. Linux only."
            })
    static final class DemoBench implements Callable<Integer> {

        @Option(names = "--port", paramLabel = "P", defaultValue = "18080", description = "First port (default 18080).")
        int port;

        @Spec
        @Nullable
        CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            Distribution distribution = Distribution.ofEnvironment();
            int layers = ModelLayers.count(distribution.bundledModel().toString());
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            for (int stages = 1; stages <= 2; stages++) {
                print(out, new DemoFigures(distribution, port).measure(stages, layers));
            }
            return 0;
        }

        private static void print(PrintWriter out, DemoFigures.Row row) {
            out.printf(
                    "%d stage%s: first answer after %.1f s; %.0f tokens/s alone, %.0f tokens/s for eight at once%n",
                    row.stages(),
                    row.stages() == 1 ? "" : "s",
                    row.firstAnswerSeconds(),
                    row.tokensPerSecond(),
                    row.tokensPerSecondOfEight());
            for (DemoFigures.ProcessRow process : row.processes()) {
                out.printf(
                        "  %-8s  resident %4d MB (mapped files %d MB), idle %.1f %% of one core%n",
                        process.name(),
                        process.residentBytes() >> 20,
                        process.residentFileBytes() >> 20,
                        process.idlePercent());
            }
            out.flush();
        }
    }
}
