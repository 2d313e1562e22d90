package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's Python and Node clients; each script prints {@code ok} and exits 0 when every check held. */
class ScriptClientsIT {

    private static RunningDemo demo;

    @BeforeAll
    static void start() throws Exception {
        demo = RunningDemo.shared();
    }

    @Test
    void python() throws Exception {
        Path python = Scripts.python("python", "openai==3.52.0");

        assertSucceeds(python.toString(), Scripts.source("check.py").toString());
    }

    @Test
    void node() throws Exception {
        Path folder = Scripts.folder("node");
        if (!Files.exists(folder.resolve("ready"))) {
            Scripts.install(
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
        Files.writeString(script, Files.readString(Scripts.source("check.mjs")));

        assertSucceeds("node", script.toString());
    }

    private static void assertSucceeds(String... command) throws Exception {
        Scripts.Result result = Scripts.run(
                Map.of(
                        "MOLINK_BASE_URL", demo.url("/v1"),
                        "MOLINK_API_KEY", demo.key(),
                        "MOLINK_EXPECTED", Golden.answer("What is MoLink?")),
                command);

        assertThat(result.output()).endsWith("ok\n");
        assertThat(result.status()).isZero();
    }
}
