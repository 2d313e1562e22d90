package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** kill -9 of parts of a running product in the middle of a stream. */
class LostStageIT {

    private static final String ENDLESS = """
            {"model": "molink-demo", "stream": true, "max_tokens": 1900, "ignore_eos": true, "temperature": 0,
             "messages": [{"role": "user", "content": "Tell me a story about a fox."}]}""";

    private RunningDemo demo;

    @BeforeEach
    void start() throws Exception {
        demo = RunningDemo.start("--stages", "2");
    }

    @AfterEach
    void stop() {
        demo.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theClientIsToldAndARestartedStageServesAgain(int stage) throws Exception {
        List<String> lines = new ArrayList<>();
        int first = stage * 4;
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<java.io.InputStream> stream = client.send(chat(), BodyHandlers.ofInputStream());
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < 6; i++) {
                    lines.add(reader.readLine());
                }
                demo.child("StageNodeApplication", "--start-layer " + first + " ")
                        .destroyForcibly();
                reader.lines().forEach(lines::add);
            } catch (java.io.UncheckedIOException | java.io.IOException abortive) {
                lines.add("aborted");
            }
        }

        assertThat(lines).noneMatch(line -> line.contains("[DONE]"));
        assertThat(lines).anyMatch(line -> line.startsWith("data: ") && line.contains("\"error\""));
        Eventually.within(
                Duration.ofSeconds(4),
                "the fleet shows one node",
                () -> demo.fleet().size() == 1);
        HttpResponse<String> meanwhile = demo.post("/v1/chat/completions", question());
        assertThat(meanwhile.statusCode()).isEqualTo(503);
        assertThat(meanwhile.headers().firstValue("retry-after")).isPresent();

        Eventually.within(
                Duration.ofSeconds(60),
                "it serves again",
                () -> demo.post("/v1/chat/completions", question()).body().contains(Golden.answer("What is 12 + 30?")));
        Eventually.within("one record for the broken stream and one for each answer", () -> {
            List<JsonNode> records = demo.usage();
            return records.stream()
                                    .filter(record -> record.hasNonNull("failureCode"))
                                    .count()
                            == 1
                    && records.stream()
                                    .filter(record -> record.get("finishReasons")
                                            .toString()
                                            .contains("stop"))
                                    .count()
                            == 1;
        });
    }

    @Test
    void aKilledGatewayWritesTheRecordFromTheHeadsJournalAfterItsRestart() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<java.io.InputStream> stream = client.send(chat(), BodyHandlers.ofInputStream());
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < 12; i++) { // the role, then five deltas, each with an empty line behind it
                    reader.readLine();
                }
                demo.child("GatewayApplication").destroyForcibly();
            } catch (java.io.IOException abortive) {
                // The connection dies with the process.
            }
        }

        Eventually.within(
                Duration.ofSeconds(60), "one record, with the head's counts, not less than was delivered", () -> {
                    List<JsonNode> records = demo.usage();
                    return records.size() == 1
                            && records.getFirst().get("evidence").asString().equals("HEAD")
                            && records.getFirst().get("generatedTokens").asInt() >= 5;
                });
    }

    private HttpRequest chat() {
        return HttpRequest.newBuilder(URI.create(demo.url("/v1/chat/completions")))
                .header("Authorization", "Bearer " + demo.key())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ENDLESS))
                .build();
    }

    private static String question() {
        return """
                {"model": "molink-demo", "temperature": 0, "messages": [{"role": "user", "content": "What is 12 + 30?"}]}""";
    }
}
