package dev.molink.gateway.completions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.DemoText;
import dev.molink.gateway.testing.RawHttp;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Answers of a scripted head, whole and streamed (OPENAI-API §3, cases C26, C31, C50–C67). */
class StreamingTests {

    @TempDir
    static Path folder;

    /** Of requests whose client leaves at once; they may come late, into another test. */
    private static final int ABANDONED = 99;

    private static volatile ScriptedNode.Script script = answer -> {};
    private static TestGateway gateway;
    private static ScriptedNode node;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder);
        node = gateway.node(answer -> {
            if (answer.request().getMaxTokens() == ABANDONED) {
                answer.awaitCancel();
                answer.report();
            } else {
                script.run(answer);
            }
        });
        api = new ApiClient(gateway.port(), TestGateway.KEY);
    }

    @AfterAll
    static void stop() {
        node.close();
        gateway.close();
    }

    /** C50–C53, C67 */
    @Test
    void streamsDeltasThatJoinToTheWholeText() {
        script = answer -> {
            answer.say(0, "The capital of France is Paris.").stop(0);
            answer.report();
        };

        Answer streamed = complete("'stream':true");
        Answer whole = complete("'n':1");

        assertThat(streamed.header("Content-Type")).hasValue("text/event-stream;charset=utf-8");
        assertThat(streamed.done()).isTrue();
        assertThat(joined(streamed, 0)).isEqualTo("The capital of France is Paris.");
        assertThat(whole.json().at("/choices/0/text").stringValue()).isEqualTo("The capital of France is Paris.");
        assertThat(whole.json().at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
        assertThat(finishReasons(streamed)).containsExactly("stop");
        assertThat(streamed.chunks().getLast().at("/choices/0/finish_reason").stringValue())
                .isEqualTo("stop");
        assertThat(streamed.chunks()).allSatisfy(chunk -> {
            assertThat(chunk.has("usage")).isFalse();
            assertThat(chunk.has("error")).isFalse();
            assertThat(chunk.get("choices").isEmpty()).isFalse();
        });
        assertThat(streamed.chunks().stream().map(chunk -> chunk.get("id").stringValue()))
                .containsOnly(streamed.chunks().getFirst().get("id").stringValue());
    }

    /** C52 */
    @Test
    void sendsUsageOnlyWhenAskedAndThenNullInAllButTheLastChunk() {
        script = answer -> {
            answer.say(0, "Hello").ids(0, FinishReason.FINISH_REASON_LENGTH, DemoText.ids(" world"));
            answer.report();
        };

        Answer streamed = complete("'stream':true,'stream_options':{'include_usage':true}");

        List<JsonNode> chunks = streamed.chunks();
        assertThat(chunks.getLast().get("choices").isEmpty()).isTrue();
        assertThat(chunks.getLast().at("/usage/completion_tokens").intValue())
                .isEqualTo(DemoText.ids("Hello").length + DemoText.ids(" world").length);
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allSatisfy(chunk -> assertThat(chunk.get("usage").isNull()).isTrue());
        assertThat(finishReasons(streamed)).containsExactly("length");
    }

    /** C55 */
    @Test
    void neverSplitsACharacter() {
        String text = "naïve 漢字 👩‍🚀 end";
        script = answer -> {
            answer.say(0, text).stop(0);
            answer.report();
        };

        Answer streamed = complete("'stream':true,'max_tokens':200");

        assertThat(joined(streamed, 0)).isEqualTo(text);
        assertThat(streamed.chunks())
                .allSatisfy(chunk ->
                        assertThat(chunk.at("/choices/0/text").stringValue()).doesNotContain("\uFFFD"));
    }

    /** C26, C56 */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'is Par'", "['xyz','is Par']", "['Paris','is P']"})
    void endsAtAStopStringThatSpansTokensAndCancelsTheHead(String stop) {
        CompletableFuture<CancelRequest> cancel = new CompletableFuture<>();
        script = answer -> {
            answer.say(0, "The capital is Paris. And more");
            cancel.complete(answer.awaitCancel());
            answer.report();
        };
        String json = stop.startsWith("[") ? stop : "'" + stop.replace("'", "") + "'";

        Answer streamed = complete("'stream':true,'stop':%s,'stream_options':{'include_usage':true}".formatted(json));

        assertThat(joined(streamed, 0)).isEqualTo("The capital ");
        assertThat(finishReasons(streamed)).containsExactly("stop");
        assertThat(streamed.done()).isTrue();
        assertThat(cancel.join().getReason()).isEqualTo(CancelReason.CANCEL_REASON_STOP_STRING);
        assertThat(streamed.chunks().getLast().at("/usage/completion_tokens").intValue())
                .isEqualTo(DemoText.ids("The capital is Paris. And more").length);
    }

    @Test
    void givesOutHeldBackTextWhenNoStopStringFollows() {
        script = answer -> {
            answer.say(0, "It is Par").stop(0);
            answer.report();
        };

        Answer whole = complete("'stop':'is Paris'");

        assertThat(whole.json().at("/choices/0/text").stringValue()).isEqualTo("It is Par");
    }

    /** C57 */
    @Test
    void keepsInterleavedChoicesApart() {
        script = answer -> {
            answer.say(0, "One").say(1, "Two").say(0, " more").stop(1).stop(0);
            answer.report();
        };

        Answer streamed = complete("'stream':true,'n':2");
        Answer whole = complete("'n':2");

        assertThat(joined(streamed, 0)).isEqualTo("One more");
        assertThat(joined(streamed, 1)).isEqualTo("Two");
        assertThat(finishReasons(streamed)).containsExactly("stop", "stop");
        assertThat(whole.json().at("/choices/0/text").stringValue()).isEqualTo("One more");
        assertThat(whole.json().at("/choices/1/text").stringValue()).isEqualTo("Two");
    }

    /** C31: lists of prompts, of ids and of lists of ids, in index order */
    @Test
    void answersSeveralPromptsInTheirOrder() {
        script = answer -> {
            String prompt = DemoText.tokenizer()
                    .decode(
                            answer.request().getPromptTokenIdsList().stream()
                                    .mapToInt(Integer::intValue)
                                    .toArray(),
                            false);
            answer.say(0, "to " + prompt).stop(0);
            answer.report();
        };

        Answer strings = api.post("/v1/completions", "{'model':'molink-demo','prompt':['one','two']}");
        Answer ids = api.post(
                "/v1/completions",
                "{'model':'molink-demo','prompt':%s}".formatted(List.of(list("three"), list("four"))));
        Answer single = api.post("/v1/completions", "{'model':'molink-demo','prompt':%s}".formatted(list("five")));

        assertThat(texts(strings)).containsExactly("to one", "to two");
        assertThat(strings.json().at("/choices/1/index").intValue()).isEqualTo(1);
        assertThat(texts(ids)).containsExactly("to three", "to four");
        assertThat(texts(single)).containsExactly("to five");
    }

    @Test
    void passesOptionsOnAndFillsInTheModelsDefaults() {
        script = answer -> {
            answer.say(0, "x").stop(0);
            answer.report();
        };
        node.forgetRequests();

        complete("'temperature':0,'top_k':5,'seed':-3,'max_tokens':7,'ignore_eos':true,'stop_token_ids':[9]");
        GenerateRequest explicit = node.nextRequest();
        complete("'top_k':-1");
        GenerateRequest silent = node.nextRequest();

        assertThat(explicit.getSampling().getTemperature()).isZero();
        assertThat(explicit.getSampling().getTopK()).isEqualTo(5);
        assertThat(explicit.getSampling().getTopP()).isEqualTo(0.9f);
        assertThat(explicit.getSampling().getSeed()).isEqualTo(-3);
        assertThat(explicit.getSampling().getIgnoreEnd()).isTrue();
        assertThat(explicit.getSampling().getStopTokenIdsList()).containsExactly(9);
        assertThat(explicit.getMaxTokens()).isEqualTo(7);
        assertThat(silent.getSampling().getTemperature()).isEqualTo(0.7f);
        assertThat(silent.getSampling().hasTopK()).isFalse();
        assertThat(silent.getSampling().hasSeed()).isFalse();
        assertThat(silent.getMaxTokens()).isEqualTo(16);
    }

    /** C60, C62 */
    @Test
    void endsABrokenStreamWithAnErrorEventAndWithoutDone() {
        script = answer -> {
            answer.say(0, "Half an answer");
            answer.fail(FailureCode.FAILURE_CODE_STAGE_LOST);
        };

        Answer streamed = complete("'stream':true");

        assertThat(streamed.status()).isEqualTo(200);
        assertThat(streamed.done()).isFalse();
        assertThat(finishReasons(streamed)).isEmpty();
        JsonNode error = streamed.chunks().getLast().get("error");
        assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(error.get("code").stringValue()).isEqualTo("pipeline_lost");
        assertThat(streamed.body()).doesNotContain("as the script says");
    }

    @Test
    void endsAStreamAtItsDeadlineWithAnErrorEventAndWithoutDone() {
        script = answer -> {
            answer.say(0, "Half an answer");
            answer.fail(FailureCode.FAILURE_CODE_DEADLINE);
        };

        Answer streamed = complete("'stream':true,'timeout':1");

        assertThat(streamed.status()).isEqualTo(200);
        assertThat(joined(streamed, 0)).isEqualTo("Half an answer");
        assertThat(streamed.done()).isFalse();
        assertThat(streamed.chunks().getLast().at("/error/code").stringValue()).isEqualTo("timeout");
    }

    @ParameterizedTest
    @CsvSource({
        "FAILURE_CODE_OVERLOADED,503,server_is_overloaded",
        "FAILURE_CODE_NO_PIPELINE,503,server_is_overloaded",
        "FAILURE_CODE_STAGE_LOST,503,pipeline_lost",
        "FAILURE_CODE_CONTEXT_LENGTH,400,context_length_exceeded",
        "FAILURE_CODE_INVALID_TOKEN,400,invalid_value",
        "FAILURE_CODE_BAD_LOGITS,500,bad_logits",
        "FAILURE_CODE_INTERNAL,500,server_error",
        "FAILURE_CODE_QUEUE_TIMEOUT,504,queue_timeout",
        "FAILURE_CODE_DEADLINE,504,timeout",
    })
    void answersAFailureBeforeTheFirstTextWithItsStatus(FailureCode code, int status, String name) {
        script = answer -> answer.fail(code);

        for (String stream : List.of("'stream':true", "'stream':false")) {
            Answer answer = complete(stream);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(name);
            assertThat(answer.header("retry-after").isPresent())
                    .isEqualTo(status == 503 || code == FailureCode.FAILURE_CODE_QUEUE_TIMEOUT);
            assertThat(answer.header("x-should-retry").isPresent())
                    .isEqualTo(code == FailureCode.FAILURE_CODE_DEADLINE);
        }
    }

    /** C59 */
    @Test
    void sendsCommentsWhileNothingComes() {
        script = answer -> {
            Thread.sleep(1000);
            answer.say(0, "late").stop(0);
            answer.report();
        };

        Answer streamed = complete("'stream':true");

        assertThat(streamed.body().lines()).contains(": keep-alive");
        assertThat(joined(streamed, 0)).isEqualTo("late");
    }

    /** C65: noticed although nothing is written */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void cancelsAtTheHeadWhenASilentClientLeaves(boolean stream) throws IOException {
        CompletableFuture<CancelRequest> cancel = new CompletableFuture<>();
        script = answer -> {
            cancel.complete(answer.awaitCancel());
            answer.report();
        };
        node.forgetRequests();
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.post("/v1/completions", "{'model':'molink-demo','prompt':'x','stream':%s}".formatted(stream));
            node.nextRequest();
        }

        assertThat(cancel.orTimeout(10, TimeUnit.SECONDS).join().getReason())
                .isEqualTo(CancelReason.CANCEL_REASON_CLIENT_GONE);
    }

    /** C65 in mid-stream */
    @Test
    void cancelsAtTheHeadWhenAReadingClientLeaves() throws Exception {
        CompletableFuture<CancelRequest> cancel = new CompletableFuture<>();
        script = answer -> {
            answer.say(0, "first words");
            cancel.complete(answer.awaitCancel());
            answer.report();
        };

        try (InputStream body = api.open("/v1/completions", "{'model':'molink-demo','prompt':'x','stream':true}")
                .body()) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            assertThat(lines.readLine()).startsWith("data: ");
        }

        assertThat(cancel.orTimeout(10, TimeUnit.SECONDS).join().getReason())
                .isEqualTo(CancelReason.CANCEL_REASON_CLIENT_GONE);
    }

    /** C64: a client that does not read delays nobody, and its events are joined */
    @Test
    void aSlowReaderHoldsUpNobodyElse() throws Exception {
        String long1 = "word ".repeat(300);
        script = answer -> {
            if (answer.request().getMaxTokens() == 1500) {
                for (int round = 0; round < 4; round++) {
                    answer.say(0, long1);
                }
            } else {
                answer.say(0, "quick");
            }
            answer.stop(0);
            answer.report();
        };

        try (InputStream slow = api.open(
                        "/v1/completions", "{'model':'molink-demo','prompt':'x','stream':true,'max_tokens':1500}")
                .body()) {
            Answer quick = complete("'stream':true");
            String all = new String(slow.readAllBytes(), StandardCharsets.UTF_8);

            assertThat(joined(quick, 0)).isEqualTo("quick");
            assertThat(joined(new Answer(200, quick.headers(), all), 0)).isEqualTo(long1.repeat(4));
            assertThat(all).endsWith("data: [DONE]\n\n");
        }
    }

    /** C66 */
    @Test
    void answersNormallyAfterManyCancelledRequests() throws Exception {
        script = answer -> {
            answer.say(0, "still here").stop(0);
            answer.report();
        };

        for (int request = 0; request < 50; request++) {
            try (RawHttp client = new RawHttp(gateway.port())) {
                client.post(
                        "/v1/completions", "{'model':'molink-demo','prompt':'x','max_tokens':%d}".formatted(ABANDONED));
            }
        }

        assertThat(complete("'n':1").json().at("/choices/0/text").stringValue()).isEqualTo("still here");
    }

    /** MoLink's own endpoint, with a body that curl sends as a form */
    @Test
    void generatesAsMolinkDoes() {
        script = answer -> {
            answer.say(0, " a time").stop(0);
            answer.report();
        };

        Answer whole = api.send(
                "/generate",
                request -> request.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(
                                "{\"prompt\":\"Once upon\",\"max_tokens\":20,\"temperature\":0}")));
        Answer streamed = api.post("/generate", "{'prompt':'Once upon','stream':true}");
        Answer scored = api.post("/generate", "{'prompt':'Once upon','logprobs':1}");

        assertThat(whole.body()).isEqualTo("{\"text\":[\"Once upon a time\"]}");
        assertThat(streamed.body().lines().toList().getLast()).isEqualTo("{\"text\":[\"Once upon a time\"]}");
        assertThat(streamed.body().lines()).allSatisfy(line -> assertThat(line).startsWith("{\"text\":[\"Once upon"));
        assertThat(scored.status()).isEqualTo(400);
        assertThat(scored.json().at("/error/param").stringValue()).isEqualTo("logprobs");
    }

    private static Answer complete(String more) {
        return api.post("/v1/completions", "{'model':'molink-demo','prompt':'x'," + more + "}");
    }

    private static String list(String text) {
        return Arrays.toString(DemoText.ids(text));
    }

    private static String joined(Answer streamed, int index) {
        return streamed.chunks().stream()
                .flatMap(chunk -> chunk.path("choices").valueStream())
                .filter(choice -> choice.get("index").intValue() == index)
                .map(choice -> choice.get("text").stringValue())
                .collect(Collectors.joining());
    }

    private static List<String> texts(Answer whole) {
        return whole.json()
                .get("choices")
                .valueStream()
                .map(choice -> choice.get("text").stringValue())
                .toList();
    }

    private static List<String> finishReasons(Answer streamed) {
        return streamed.chunks().stream()
                .flatMap(chunk -> chunk.path("choices").valueStream())
                .map(choice -> choice.get("finish_reason"))
                .filter(reason -> !reason.isNull())
                .map(JsonNode::stringValue)
                .toList();
    }
}
