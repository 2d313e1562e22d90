package dev.molink.cli;

import dev.molink.cli.deployment.ManagementClient;
import dev.molink.cli.keys.DatabaseKeyStore;
import dev.molink.cli.keys.GatewayKeyStore;
import dev.molink.cli.keys.KeyStore;
import dev.molink.cli.process.Ports;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A running gateway is asked through its management port; without one the database is opened itself. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "Create, list and revoke API keys of a gateway of this machine, running or not.",
        subcommands = {
            KeysCommand.Create.class,
            KeysCommand.CreateAdmin.class,
            KeysCommand.ListKeys.class,
            KeysCommand.Revoke.class,
            KeysCommand.ShareCache.class
        })
final class KeysCommand implements Callable<Integer> {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        command.commandLine().usage(command.commandLine().getOut());
        return 2;
    }

    /** What all of them have in common. */
    abstract static class OnKeys implements Callable<Integer> {

        @Mixin
        DataOption where = new DataOption();

        @Spec
        @Nullable
        CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            Path data = GatewayFolder.find(where);
            try (KeyStore running = new GatewayKeyStore(
                    new ManagementClient(Ports.of(where.port).management(), data))) {
                work(running);
                return 0;
            } catch (java.net.ConnectException | java.nio.file.NoSuchFileException notRunning) {
                try (KeyStore stored = DatabaseKeyStore.open(data)) {
                    work(stored);
                    return 0;
                }
            }
        }

        abstract void work(KeyStore keys) throws Exception;

        void say(String line) {
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Create a key and show it, this once.")
    static final class Create extends OnKeys {

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "What the key is for.")
        String name = "";

        @Option(
                names = "--project",
                paramLabel = "PROJECT",
                defaultValue = "default",
                description = "The project it belongs to, made when missing (default: default).")
        String project = "";

        @Override
        void work(KeyStore keys) throws Exception {
            say(keys.create(name, project));
            say("This is the only time that the key is shown.");
        }
    }

    @Command(
            name = "create-admin",
            mixinStandardHelpOptions = true,
            description = {
                "Create a key of the administration API and show it, this once.",
                "",
                "Without --organization it is the installation's operator, who sees every organization."
            })
    static final class CreateAdmin extends OnKeys {

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "What the key is for.")
        String name = "";

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "owner",
                description = "owner, admin, developer, finance or viewer (default: owner).")
        String role = "";

        @Option(
                names = "--organization",
                paramLabel = "NAME",
                description = "The only organization that it sees, by id or name (default: all).")
        @Nullable
        String organization;

        @Option(
                names = "--expires-in-days",
                paramLabel = "N",
                description = "When it stops to work (default: when it is deleted).")
        @Nullable
        Integer expiresInDays;

        @Override
        void work(KeyStore keys) throws Exception {
            say(keys.createAdmin(new KeyStore.NewAdmin(name, role, organization, expiresInDays)));
            say("This is the only time that the key is shown.");
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List keys, without their text.")
    static final class ListKeys extends OnKeys {

        private static final String ROW = "%-30s %-14s %-24s %-32s %-21s %s";

        @Override
        void work(KeyStore keys) throws Exception {
            say(ROW.formatted("id", "project", "name", "key", "created", "revoked"));
            for (KeyStore.Row key : keys.list()) {
                say(ROW.formatted(
                        key.keyId(),
                        key.project(),
                        key.name(),
                        key.redacted(),
                        key.createdAt().truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
                        key.revokedAt() == null
                                ? ""
                                : key.revokedAt().truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
            }
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Revoke a key, at once.")
    static final class Revoke extends OnKeys {

        @Parameters(paramLabel = "ID", description = "The key's id, as `keys list` shows it.")
        String keyId = "";

        @Override
        void work(KeyStore keys) throws Exception {
            keys.revoke(keyId);
            say("Revoked %s.".formatted(keyId));
        }
    }

    @Command(
            name = "share-cache",
            mixinStandardHelpOptions = true,
            description = {
                "Let a project share computed prefixes with other projects that do.",
                "",
                "Equal beginnings of prompts are then computed once for all of them. In return each can tell, by the time"
                        + " to the first token, what the others have asked; so projects keep apart unless told otherwise."
            })
    static final class ShareCache extends OnKeys {

        @Option(
                names = "--project",
                paramLabel = "PROJECT",
                defaultValue = "default",
                description = "The project (default: default).")
        String project = "";

        @Option(names = "--off", description = "Keep the project's prefixes apart again.")
        boolean off;

        @Override
        void work(KeyStore keys) throws Exception {
            keys.sharePrefixCache(project, !off);
            say(
                    off
                            ? "Project %s keeps its prefixes apart.".formatted(project)
                            : "Project %s shares prefixes with others that do.".formatted(project));
        }
    }
}
