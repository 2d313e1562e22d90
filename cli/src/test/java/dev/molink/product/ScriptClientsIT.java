package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's Python and Node clients; each script prints {@code ok} and exits 0 when every check held. */
class ScriptClientsIT {

    private static final Path WORK = Path.of("target", "clients").toAbsolutePath();
    private static final Path SCRIPTS =
            Path.of("src", "test", "resources", "clients").toAbsolutePath();

    private static RunningDemo demo;

    @BeforeAll
    static void start() throws Exception {
        demo = RunningDemo.shared();
        Files.createDirectories(WORK);
    }

    @Test
    void python() throws Exception {
        Path venv = WORK.resolve("python");
        Path python = venv.resolve("bin/python");
        if (!Files.exists(venv.resolve("ready"))) {
            install("python3", "-m", "venv", venv.toString());
            install(python.toString(), "-m", "pip", "install", "-q", "openai==3.52.0");
            Files.createFile(venv.resolve("ready"));
        }

        Result result = run(python.toString(), SCRIPTS.resolve("check.py").toString());

        assertThat(result.output()).endsWith("ok\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void node() throws Exception {
        Path folder = WORK.resolve("node");
        if (!Files.exists(folder.resolve("ready"))) {
            Files.createDirectories(folder);
            install(
                    "npm",
                    "install",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    folder.toString(),
                    "openai@7.55.0");
            Files.createFile(folder.resolve("ready"));
        }
        Path script = folder.resolve("check.mjs");
        Files.writeString(script, Files.readString(SCRIPTS.resolve("check.mjs")));

        Result result = run("node", script.toString());

        assertThat(result.output()).endsWith("ok\n");
        assertThat(result.status()).isZero();
    }

    private static void install(String... command) throws Exception {
        Result result;
        try {
            result = run(command);
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

    private static Result run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MOLINK_BASE_URL", demo.url("/v1"));
        builder.environment().put("MOLINK_API_KEY", demo.key());
        builder.environment().put("MOLINK_EXPECTED", Golden.answer("What is MoLink?"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(command) + " hangs");
        }
        return new Result(process.exitValue(), output);
    }

    private record Result(int status, String output) {}
}
