package dev.molink.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of all points at which a gateway can be made to die, read from the sources, so that none is forgotten. */
final class FailPoints {

    private static final Pattern PASSAGE = Pattern.compile("FailPoint\\.pass\\(\\s*\"([^\"]+)\"");

    private FailPoints() {}

    static List<String> all() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (String module : List.of("control-plane", "gateway")) {
            try (Stream<Path> sources =
                    Files.walk(GatewayProcess.ROOT.resolve(module).resolve("src/main/java"))) {
                sources.filter(file -> file.toString().endsWith(".java")).forEach(file -> names.addAll(in(file)));
            }
        }
        return List.copyOf(names);
    }

    private static List<String> in(Path source) {
        try {
            return PASSAGE.matcher(Files.readString(source))
                    .results()
                    .map((MatchResult passage) -> passage.group(1))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
