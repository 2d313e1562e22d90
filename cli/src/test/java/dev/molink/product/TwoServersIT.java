package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MoLink's own example of two servers, as the README has it, with two processes and one secret. */
class TwoServersIT {

    private static final String MODEL =
            Path.of(System.getProperty("molink.root"), "models", "molink-demo").toString();
    private static final Map<String, String> SECRET = Map.of("MOLINK_CLUSTER_SECRET", "the-same-on-both-machines");

    @TempDir
    Path first;

    @TempDir
    Path second;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Process process : processes.reversed()) {
            process.destroy();
        }
        for (Process process : processes) {
            process.waitFor();
        }
    }

    @Test
    void aSecondMachineJoinsTheFirstByItsAddress() throws Exception {
        int port = RunningDemo.freePorts(8);
        Process head = start(
                first,
                SECRET,
                "serve",
                "--model",
                MODEL,
                "--port",
                port,
                "--start-layer",
                0,
                "--end-layer",
                5,
                "--codec",
                "f32");
        Process worker = start(
                second,
                SECRET,
                "stage",
                "--model",
                MODEL,
                "--start-layer",
                5,
                "--end-layer",
                -1,
                "--grpc-port",
                port + 7,
                "--initial-peer",
                "127.0.0.1:" + (port + 3));
        awaitLine(head, "Serving on");
        String key = createKey(port);

        HttpResponse<String> answer = RunningDemo.http(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/chat/completions".formatted(port)))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("""
                                        {"model": "molink-demo", "temperature": 0,
                                         "messages": [{"role": "user", "content": "What happens when a node fails?"}]}"""))
                        .build());

        assertThat(answer.body()).contains(Golden.answer("What happens when a node fails?"));
        assertThat(worker.isAlive()).isTrue();
    }

    @Test
    void aMachineWithAnotherSecretStaysOutside() throws Exception {
        int port = RunningDemo.freePorts(8);
        start(
                first,
                SECRET,
                "serve",
                "--model",
                MODEL,
                "--port",
                port,
                "--start-layer",
                0,
                "--end-layer",
                5,
                "--codec",
                "f32");
        Process stranger = start(
                second,
                Map.of("MOLINK_CLUSTER_SECRET", "another-one-than-theirs"),
                "stage",
                "--model",
                MODEL,
                "--start-layer",
                5,
                "--end-layer",
                -1,
                "--grpc-port",
                port + 7,
                "--initial-peer",
                "127.0.0.1:" + (port + 3));

        String line = awaitLine(stranger, "MOLINK_CLUSTER_SECRET");

        assertThat(line).doesNotContain("Exception", "another-one-than-theirs");
    }

    private Process start(Path home, Map<String, String> environment, Object... arguments) throws Exception {
        List<String> words =
                java.util.Arrays.stream(arguments).map(Object::toString).toList();
        Process process = RunningDemo.molink(home, words, environment);
        processes.add(process);
        return process;
    }

    private String createKey(int port) throws Exception {
        Process keys = RunningDemo.molink(
                first, List.of("keys", "create", "--name", "test", "--port", Integer.toString(port)), SECRET);
        String output = new String(keys.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output.lines()
                .flatMap(line -> java.util.Arrays.stream(line.split("\\s+")))
                .filter(word -> word.startsWith("sk-"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no key in: " + output));
    }

    private static String awaitLine(Process process, String mark) throws Exception {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> seen = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            seen.add(line);
            if (line.contains(mark)) {
                return line;
            }
        }
        throw new AssertionError("no line with '%s' in:%n%s".formatted(mark, String.join("\n", seen)));
    }
}
