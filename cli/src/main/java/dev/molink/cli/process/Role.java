package dev.molink.cli.process;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;

/** How one kind of process starts; the launcher script reads the same role files. */
public enum Role {
    GATEWAY,
    /** A demo's gateway, which starts sooner and serves fewer requests a second. */
    GATEWAY_DEMO,
    /** A gateway that a benchmark sets up. */
    GATEWAY_BENCH,
    STAGE;

    /** The command line that starts this role with {@code arguments}, on the JVM that runs this program. */
    List<String> command(Distribution distribution, List<String> arguments) throws IOException {
        Properties role = load(distribution.home().resolve("roles").resolve(roleName() + ".role"));
        String like = role.getProperty("like", roleName()); // whose archive and environment it takes
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(words(Files.readString(distribution.home().resolve("roles/common.flags"))));
        command.addAll(words(role.getProperty("jvm", "")));
        Path archive = distribution.home().resolve("archives").resolve(like + ".jsa");
        if (Files.exists(archive)) {
            // Without its log: an archive that does not fit the JVM's flags in every part is no fault.
            command.addAll(List.of("-Xlog:cds=off", "-XX:SharedArchiveFile=" + archive));
        }
        command.addAll(words(System.getenv().getOrDefault("MOLINK_JVM_FLAGS", "")));
        command.addAll(words(System.getenv().getOrDefault(flagsVariable(like), "")));
        command.add("-cp");
        command.add(words(role.getProperty("jar")).stream()
                .map(jar ->
                        distribution.home().resolve("lib").resolve(jar + ".jar").toString())
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(role.getProperty("main"));
        command.addAll(arguments);
        return command;
    }

    private static String flagsVariable(String role) {
        return "MOLINK_%s_JVM_FLAGS".formatted(role.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private String roleName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Properties load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    private static List<String> words(String line) {
        return Arrays.stream(line.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
