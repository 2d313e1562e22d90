package dev.molink.cli;

import dev.molink.cli.deployment.ManagementClient;
import dev.molink.cli.keys.DatabaseKeyStore;
import dev.molink.cli.keys.GatewayKeyStore;
import dev.molink.cli.keys.KeyStore;
import dev.molink.cli.process.Ports;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.keys.KeyWords;
import dev.molink.controlplane.keys.KeyWords.Named;
import dev.molink.controlplane.keys.NewKey;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
            check();
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

        /** Refuses what the flags cannot be, before anything is opened. */
        void check() {
            // most take any words
        }

        abstract void work(KeyStore keys) throws Exception;

        void say(String line) {
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Create a key and show it, this once.",
                "",
                "Lists are separated by commas, or the option is repeated. Without a list everything is allowed."
            })
    static final class Create extends OnKeys {

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "What the key is for.")
        String name = "";

        @Option(
                names = "--project",
                paramLabel = "PROJECT",
                defaultValue = "default",
                description = "The project it belongs to, made when missing (default: default).")
        String project = "";

        @Option(
                names = "--models",
                paramLabel = "NAME",
                split = ",",
                description = "The only models that it may name, at most 32 (default: all).")
        @Nullable
        List<String> models;

        @Option(
                names = "--endpoints",
                paramLabel = "PATH",
                split = ",",
                description = "The only paths that it may ask, each with all below it, such as /v1/chat/completions,"
                        + " at most 32 (default: all).")
        @Nullable
        List<String> endpoints;

        @Option(
                names = "--ip-ranges",
                paramLabel = "RANGE",
                split = ",",
                description = "The only addresses that requests may come from, such as 10.0.0.0/8 or 2001:db8::1,"
                        + " at most 64 (default: all).")
        @Nullable
        List<String> ipRanges;

        @Option(
                names = "--expires-in-days",
                paramLabel = "N",
                description = "When it stops to work, 1 to 3650 (default: when it is revoked).")
        @Nullable
        Integer expiresInDays;

        @Override
        void check() {
            wanted();
        }

        @Override
        void work(KeyStore keys) throws Exception {
            say(keys.create(project, wanted()));
            say("This is the only time that the key is shown.");
        }

        private NewKey wanted() {
            try {
                KeyScope scope = KeyWords.scope(
                        new Named("--models", models),
                        new Named("--endpoints", endpoints),
                        new Named("--ip-ranges", ipRanges));
                return new NewKey(name, scope, KeyWords.lifetime("--expires-in-days", expiresInDays));
            } catch (RefusedException refused) {
                throw new IllegalArgumentException(refused.getMessage(), refused);
            }
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

        @Override
        void work(KeyStore keys) throws Exception {
            KeyTable.lines(keys.list()).forEach(this::say);
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
