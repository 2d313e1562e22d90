package dev.molink.cli.process;

import java.nio.file.Path;

/**
 * Where the program lies: the launcher says so through the environment.
 *
 * @param root the checkout, which holds {@code models}
 * @param home the assembled distribution with {@code lib} and {@code roles}
 */
public record Distribution(Path root, Path home) {

    /** Reads {@code MOLINK_ROOT} and {@code MOLINK_DIST}. */
    public static Distribution ofEnvironment() {
        return new Distribution(required("MOLINK_ROOT"), required("MOLINK_DIST"));
    }

    public Path bundledModel() {
        return root.resolve("models").resolve("molink-demo");
    }

    private static Path required(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(variable + " is not set: start the program through ./molink");
        }
        return Path.of(value);
    }
}
