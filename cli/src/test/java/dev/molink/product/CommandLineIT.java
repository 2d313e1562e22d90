package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands as a shell sees them: output, exit status, and a sentence instead of a stack trace. */
class CommandLineIT {

    private static final Path ROOT = Path.of(System.getProperty("molink.root"));
    private static final String MODEL = ROOT.resolve("models/molink-demo").toString();

    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(
            strings = {"demo", "serve", "stage", "gateway", "console", "generate", "logits", "keys", "doctor", "test"})
    void everyCommandExplainsItself(String command) throws Exception {
        Result result = molink(command, "--help");

        assertThat(result.status()).isZero();
        assertThat(result.output()).containsIgnoringCase("usage").contains(command);
    }

    @Test
    void generatesTheGoldenTextOverAnyNumberOfStages() throws Exception {
        for (String stages : List.of("1", "2", "3")) {
            Result result = molink(
                    "generate",
                    "--model",
                    MODEL,
                    "--prompt",
                    Golden.prompt("What is MoLink?"),
                    "--max-tokens",
                    "64",
                    "--stages",
                    stages,
                    "--json");

            assertThat(result.status()).as(result.output()).isZero();
            JsonNode json = JsonMapper.shared().readTree(lastLine(result.output()));
            assertThat(json.get("text").asString()).isEqualTo(Golden.answer("What is MoLink?"));
            assertThat(json.get("finish_reason").asString()).isEqualTo("stop");
            assertThat(json.at("/usage/prompt_tokens").asInt()).isEqualTo(Golden.promptTokens("What is MoLink?"));
        }
    }

    @Test
    void logitsAreTheSameBitsForAnyNumberOfStages() throws Exception {
        JsonNode one = logits("1");
        JsonNode three = logits("3");

        assertThat(one.get("shape").toString()).isEqualTo("[4,2048]");
        assertThat(three).isEqualTo(one);
    }

    private JsonNode logits(String stages) throws Exception {
        Path file = home.resolve("logits-" + stages + ".json");
        Result result = molink(
                "logits", "--model", MODEL, "--tokens", "1,320,201,335", "--stages", stages, "--out", file.toString());
        assertThat(result.status()).as(result.output()).isZero();
        return JsonMapper.shared().readTree(Files.readString(file));
    }

    @Test
    void aTakenPortIsASentence() throws Exception {
        int port = RunningDemo.freePorts(6);
        try (ServerSocket taken = new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress())) {
            Result result = molink("demo", "--port", Integer.toString(port));

            assertThat(taken.isBound()).isTrue();
            assertSentence(result, "port " + (port + 1));
        }
    }

    @Test
    void aMissingModelIsASentence() throws Exception {
        assertSentence(molink("generate", "--model", "/no/such/model", "--prompt", "x"), "/no/such/model");
    }

    @Test
    void moreStagesThanLayersIsASentence() throws Exception {
        assertSentence(molink("demo", "--stages", "9"), "8");
    }

    @Test
    void aLinkThatIsNoneIsASentence() throws Exception {
        assertSentence(molink("demo", "--link-rate", "fast"), "'fast' is no link rate");
    }

    @Test
    void aLayerRangeOutsideTheModelIsASentence() throws Exception {
        int port = RunningDemo.freePorts(1);
        assertSentence(
                molink(
                        "stage",
                        "--model",
                        MODEL,
                        "--start-layer",
                        "4",
                        "--end-layer",
                        "12",
                        "--grpc-port",
                        Integer.toString(port)),
                "8");
    }

    @Test
    void cudaIsRefusedWithItsCause() throws Exception {
        assertSentence(molink("generate", "--model", MODEL, "--prompt", "x", "--device", "cuda:0"), "cuda:0");
    }

    @Test
    void aFolderWithoutAJdkIsASentence() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("/bin/bash", ROOT.resolve("molink").toString(), "doctor");
        for (String tool : List.of("dirname", "readlink", "sed", "find")) {
            Files.createSymbolicLink(home.resolve(tool), Path.of("/usr/bin", tool));
        }
        builder.environment().clear();
        builder.environment().put("PATH", home.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("MOLINK_JDK_FOLDERS", home.toString());

        Result result = finish(builder.redirectErrorStream(true).start());

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).contains("JDK 25").hasLineCount(1);
    }

    @Test
    void doctorSaysWhatThisMachineCanDo() throws Exception {
        Result result = molink("doctor");

        assertThat(result.status()).isZero();
        assertThat(result.output()).contains("JDK", "CUDA", "kernels", "memory");
    }

    @Test
    void keysWorkWithoutARunningGateway() throws Exception {
        String data = home.resolve("gateway-data").toString();
        Result created = molink("keys", "create", "--name", "first", "--data", data);
        assertThat(created.status()).as(created.output()).isZero();
        String key = created.output()
                .lines()
                .filter(line -> line.contains("sk-"))
                .findFirst()
                .orElseThrow();

        Result listed = molink("keys", "list", "--data", data);

        assertThat(listed.output())
                .contains("first")
                .doesNotContain(key.substring(key.indexOf("sk-")).strip());
    }

    @Test
    void projectsShareTheirPrefixesOnlyWhenToldTo() throws Exception {
        String data = home.resolve("sharing-data").toString();
        molink("keys", "create", "--name", "first", "--data", data);

        Result shared = molink("keys", "share-cache", "--data", data);
        Result apart = molink("keys", "share-cache", "--off", "--data", data);
        Result unknown = molink("keys", "share-cache", "--project", "none", "--data", data);

        assertThat(shared.output()).contains("default shares prefixes");
        assertThat(apart.output()).contains("default keeps its prefixes apart");
        assertSentence(unknown, "no project named 'none'");
    }

    private static void assertSentence(Result result, String mark) {
        assertThat(result.status()).as(result.output()).isNotZero();
        assertThat(result.output()).contains(mark).doesNotContain("Exception", "\tat ");
    }

    private static String lastLine(String output) {
        return output.strip().lines().reduce((first, second) -> second).orElseThrow();
    }

    private Result molink(String... arguments) throws Exception {
        return finish(RunningDemo.molink(home, List.of(arguments), Map.of()));
    }

    private static Result finish(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("hangs after:\n" + output);
        }
        return new Result(process.exitValue(), output);
    }

    private record Result(int status, String output) {}
}
