package dev.molink.cli;

import picocli.CommandLine.Command;

/** Commands that the launcher script starts itself, each with its own class path; they stand here for the help. */
final class RoleCommands {

    private RoleCommands() {}

    @Command(name = "stage", description = "Run one stage node: a range of a model's layers.")
    static final class StageCommand {}

    @Command(name = "gateway", description = "Run a gateway with its console and no stages.")
    static final class GatewayCommand {}

    @Command(name = "console", description = "Run the console alone, on a gateway's database.")
    static final class ConsoleCommand {}

    @Command(name = "test", description = "Run every check and test (--full: with all counts).")
    static final class TestCommand {}
}
