package dev.molink.product;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs in other languages that the product is checked with; a test is skipped, loudly, where one cannot be had. */
final class Scripts {

    private static final Path WORK = Path.of("target", "clients").toAbsolutePath();
    private static final Path SOURCES =
            Path.of("src", "test", "resources", "clients").toAbsolutePath();

    private Scripts() {}

    /** What a program wrote, standard error included, and its exit status. */
    record Result(int status, String output) {}

    static Path source(String name) {
        return SOURCES.resolve(name);
    }

    /** A folder of its own for {@code name}. */
    static Path folder(String name) throws IOException {
        return Files.createDirectories(WORK.resolve(name));
    }

    /** A Python with {@code packages}, kept under {@code name} for the next time. */
    static Path python(String name, String... packages) throws Exception {
        Path environment = folder(name);
        Path python = environment.resolve("bin/python");
        if (!Files.exists(environment.resolve("ready"))) {
            install("python3", "-m", "venv", environment.toString());
            List<String> command = new ArrayList<>(List.of(python.toString(), "-m", "pip", "install", "-q"));
            command.addAll(List.of(packages));
            install(command.toArray(String[]::new));
            Files.createFile(environment.resolve("ready"));
        }
        return python;
    }

    static void install(String... command) throws Exception {
        Result result;
        try {
            result = run(Map.of(), command);
        } catch (IOException missing) {
            System.err.println("SKIPPED: " + command[0] + " is not on this machine, its client is not tested");
            abort(command[0] + " is not on this machine: " + missing.getMessage());
            return;
        }
        if (result.status() != 0) {
            System.err.println("SKIPPED: " + String.join(" ", command) + " failed:\n" + result.output());
            abort("%s ended with status %d:%n%s".formatted(List.of(command), result.status(), result.output()));
        }
    }

    static Result run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(command) + " hangs");
        }
        return new Result(process.exitValue(), output);
    }
}
