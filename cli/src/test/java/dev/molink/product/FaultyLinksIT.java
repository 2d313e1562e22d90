package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.bench.relay.LinkShape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two stage processes over a link that is slow, stands still now and then, damages, doubles and reorders frames, and is
 * cut: the ids are those of a good link, or the request fails with an error; and each request is charged once.
 */
class FaultyLinksIT {

    private static final LinkShape GOOD = LinkShape.parse("rate=1gbit");

    /** Stalls are shorter than a stage's patience with a silent neighbour, three seconds. */
    private static final LinkShape BAD = LinkShape.parse("rate=20mbit,delay=5ms,jitter=2ms,seed=11,stall=700ms/3s");

    private static final String FAULTS = "corrupt=0.01,duplicate=0.01,reorder=0.01,seed=7";

    /**
     * Errors of requests that found no pipeline: those that never reached a head have no record, those that a head refused
     * have one that counts nothing.
     */
    private static final List<String> NOT_TAKEN = List.of("model_not_found", "server_is_overloaded");

    private final Set<String> taken = new TreeSet<>();
    private final Set<String> notTaken = new TreeSet<>();

    /** All of them with {@code --full}: each takes minutes, most of it waiting for a slow link. */
    static List<String> codecs() {
        return Boolean.getBoolean("molink.test.full") ? List.of("f32", "bf16", "int8") : List.of("int8");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void answersAsOverAGoodLinkAndChargesOnce(String codec) throws Exception {
        System.err.printf("codec %s, link %s, frames %s%n", codec, BAD, FAULTS);
        List<List<String>> expected;
        try (LinkedStages stages = LinkedStages.start(GOOD, "--codec", codec)) {
            expected = askAll(stages);
        }
        taken.clear();
        notTaken.clear();

        try (LinkedStages stages = LinkedStages.start(BAD, "--codec", codec, "--link-faults", FAULTS)) {
            long epoch = epochAfter(0, stages);
            assertThat(askAll(stages)).isEqualTo(expected);
            assertThat(epochAfter(0, stages))
                    .as("stalls and bad frames end no formation")
                    .isEqualTo(epoch);
            assertFaultsHappened(stages);

            cutDuringRequests(stages, expected);
            Eventually.within(Duration.ofMinutes(2), "it forms again and answers", () -> {
                HttpResponse<String> answer = ask(stages, 0).join();
                return answer.statusCode() == 200 && tokens(answer).equals(expected.getFirst());
            });
            assertThat(askAll(stages)).isEqualTo(expected);
            assertThat(epochAfter(epoch, stages)).isGreaterThan(epoch);
            assertOneRecordEach(stages);
        }
    }

    /** All requests at once, so that prompts of one travel among tokens of others. */
    private List<List<String>> askAll(LinkedStages stages) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int request = 0; request < 6; request++) {
            answers.add(ask(stages, request));
        }
        return answers.stream().map(CompletableFuture::join).map(this::tokens).toList();
    }

    private CompletableFuture<HttpResponse<String>> ask(LinkedStages stages, int number) {
        return stages.complete(request(number)).thenApply(answer -> {
            noteRecord(answer);
            return answer;
        });
    }

    private static Map<String, Object> request(int number) {
        String prompt = "Request %d. A stage computes and sends, the next one waits. "
                .formatted(number)
                .repeat(1 + 7 * number);
        return Map.of(
                "model",
                "molink-demo",
                "prompt",
                prompt,
                "max_tokens",
                48,
                "ignore_eos",
                true,
                "temperature",
                0,
                "logprobs",
                1);
    }

    private List<String> tokens(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared()
                .readTree(answer.body())
                .at("/choices/0/logprobs/tokens")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    private synchronized void noteRecord(HttpResponse<?> answer) {
        boolean refused = answer.body() instanceof String body && NOT_TAKEN.contains(errorCode(body));
        (refused ? notTaken : taken)
                .add(answer.headers().firstValue("x-request-id").orElseThrow());
    }

    /** The epoch of the formation, which the head tells with its next heartbeat. */
    private static long epochAfter(long last, LinkedStages stages) throws Exception {
        Eventually.within(
                "the head tells of a later formation than %d".formatted(last),
                () -> stages.engine().path("epoch").asLong(0) > last);
        return stages.engine().get("epoch").asLong();
    }

    private static void assertFaultsHappened(LinkedStages stages) {
        Eventually.within("frames were damaged and sent again", () -> {
            JsonNode link = stages.engine().at("/stages/0/link");
            return link.get("corruptFrames").asLong() > 0
                    && link.get("framesRepeated").asLong() > 0;
        });
    }

    /** What runs during a cut ends with the right answer or with an error, and never with [DONE] behind an error. */
    private void cutDuringRequests(LinkedStages stages, List<List<String>> expected) throws Exception {
        Map<String, Object> endless = new HashMap<>(request(0));
        endless.putAll(Map.of("max_tokens", 1500, "stream", true));
        HttpResponse<InputStream> stream =
                stages.send(endless, BodyHandlers.ofInputStream()).join();
        noteRecord(stream);
        List<String> lines = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            lines.add(reader.readLine());
            others.add(ask(stages, 1));
            others.add(ask(stages, 5));
            stages.links().cut(Duration.ofSeconds(2));
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException abortive) {
            lines.add("aborted");
        }

        assertThat(lines).noneMatch(line -> line.contains("[DONE]"));
        assertThat(lines).anyMatch(line -> line.startsWith("data: ") && line.contains("\"error\""));
        assertAnswerOrError(others.getFirst().join(), expected.get(1));
        assertAnswerOrError(others.getLast().join(), expected.get(5));
    }

    private void assertAnswerOrError(HttpResponse<String> answer, List<String> expected) {
        if (answer.statusCode() == 200) {
            assertThat(tokens(answer)).isEqualTo(expected);
            return;
        }
        assertThat(errorCode(answer.body())).isIn("pipeline_lost", "model_not_found", "server_is_overloaded");
    }

    /** Empty where the answer is none. */
    private static String errorCode(String body) {
        return JsonMapper.shared().readTree(body).at("/error/code").asString("");
    }

    private void assertOneRecordEach(LinkedStages stages) {
        Eventually.within(Duration.ofSeconds(60), "one usage record for each request that was taken", () -> {
            List<JsonNode> records = new ArrayList<>();
            stages.usage().forEach(records::add);
            assertThat(records).extracting(FaultyLinksIT::requestId).doesNotHaveDuplicates();
            assertThat(records)
                    .filteredOn(record -> !notTaken.contains(requestId(record)))
                    .extracting(FaultyLinksIT::requestId)
                    .containsExactlyInAnyOrderElementsOf(taken);
            assertThat(records)
                    .filteredOn(record -> notTaken.contains(requestId(record)))
                    .allMatch(record -> record.get("generatedTokens").asLong() == 0);
            return true;
        });
    }

    private static String requestId(JsonNode record) {
        return record.get("requestId").asString();
    }
}
