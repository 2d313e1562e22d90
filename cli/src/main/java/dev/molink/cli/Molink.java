package dev.molink.cli;

import dev.molink.kernels.DeviceUnavailableException;
import dev.molink.stagenode.model.format.ModelLoadException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The {@code molink} program. Every failure that a user can mend is one sentence, never a stack trace. */
@Command(
        name = "molink",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        header = "Serves one large language model on several ordinary machines.",
        description = {
            "",
            "New here? `./molink demo` starts everything on this machine with a small bundled model and prints",
            "a curl line to paste. `./molink COMMAND --help` explains a command.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            RoleCommands.StageCommand.class,
            RoleCommands.GatewayCommand.class,
            RoleCommands.ConsoleCommand.class,
            GenerateCommand.class,
            LogitsCommand.class,
            KeysCommand.class,
            BenchCommand.class,
            DoctorCommand.class,
            RoleCommands.TestCommand.class,
            HelpCommand.class
        })
public final class Molink {

    private static final int REFUSED = 2;

    private Molink() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command and returns the exit status: 0 done, 1 failed, 2 refused before anything was done. */
    static int run(String... args) {
        CommandLine line = new CommandLine(new Molink());
        line.setUsageHelpAutoWidth(true);
        line.setExecutionExceptionHandler((exception, command, parsed) -> explain(exception, command));
        return line.execute(args.length == 0 ? new String[] {"--help"} : args);
    }

    private static int explain(Exception exception, CommandLine command) throws Exception {
        if (exception instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return 130;
        }
        if (exception instanceof IllegalArgumentException
                || exception instanceof IllegalStateException
                || exception instanceof ModelLoadException
                || exception instanceof DeviceUnavailableException
                || exception instanceof IOException) {
            command.getErr().println("molink " + command.getCommandName() + ": " + exception.getMessage());
            return REFUSED;
        }
        throw exception;
    }
}
