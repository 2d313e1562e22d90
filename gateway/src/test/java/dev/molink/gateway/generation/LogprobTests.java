package dev.molink.gateway.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.DemoText;
import dev.molink.gateway.testing.ScriptedAnswer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.CancelRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Log-probabilities as OpenAI's clients read them, in both of its forms, and vLLM's of the prompt. */
class LogprobTests {

    private static final String TEXT = "The capital of France is Paris.";
    /** Its characters take several tokens each in the demo's vocabulary. */
    private static final String MANY_BYTES = "naïve 漢字 👩‍🚀 end";

    @TempDir
    static Path folder;

    private static volatile ScriptedNode.Script script = answer -> {};
    private static TestGateway gateway;
    private static ScriptedNode node;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder);
        node = gateway.node(answer -> script.run(answer));
        api = new ApiClient(gateway.port(), TestGateway.KEY);
    }

    @AfterAll
    static void stop() {
        node.close();
        gateway.close();
    }

    @BeforeEach
    void forget() {
        node.forgetRequests();
    }

    @Test
    void aChatTellsEachTokenOfItsTextAndNotTheEnd() {
        script = saying(TEXT);

        Answer answer = chat("'logprobs':true,'top_logprobs':3");

        assertThat(node.nextRequest().getSampling().getLogprobs()).isEqualTo(3);
        JsonNode logprobs = answer.json().at("/choices/0/logprobs");
        assertThat(logprobs.propertyNames()).containsExactly("content", "refusal");
        assertThat(logprobs.get("refusal").isNull()).isTrue();
        List<JsonNode> content = logprobs.get("content").valueStream().toList();
        int[] ids = DemoText.ids(TEXT);
        assertThat(content).hasSize(ids.length);
        for (int at = 0; at < ids.length; at++) {
            JsonNode token = content.get(at);
            assertThat(token.propertyNames()).containsExactly("token", "logprob", "bytes", "top_logprobs");
            assertThat(token.get("token").stringValue()).isEqualTo(text(ids[at]));
            assertThat(token.get("logprob").floatValue()).isEqualTo(ScriptedAnswer.logprob(1));
            JsonNode top = token.get("top_logprobs");
            assertThat(top.valueStream().map(each -> each.get("logprob").floatValue()))
                    .containsExactly(ScriptedAnswer.logprob(0), ScriptedAnswer.logprob(1), ScriptedAnswer.logprob(2));
            assertThat(top.get(1).propertyNames()).containsExactly("token", "logprob", "bytes");
            assertThat(top.get(1).get("token")).isEqualTo(token.get("token"));
            assertThat(top.get(1).get("bytes")).isEqualTo(token.get("bytes"));
        }
        assertThat(utf8(content)).isEqualTo(TEXT);
    }

    @Test
    void aChatThatWantsNoAlternativesGetsNone() {
        script = saying(TEXT);

        Answer scored = chat("'logprobs':true");
        Answer plain = chat("'logprobs':false,'top_logprobs':0");

        assertThat(node.nextRequest().getSampling().getLogprobs()).isZero();
        assertThat(node.nextRequest().getSampling().hasLogprobs()).isFalse();
        assertThat(scored.json().at("/choices/0/logprobs/content").valueStream())
                .isNotEmpty()
                .allSatisfy(
                        token -> assertThat(token.get("top_logprobs").isEmpty()).isTrue());
        assertThat(plain.json().at("/choices/0/logprobs").isNull()).isTrue();
    }

    /** The tokens of a chunk are exactly those that its text is made of, whatever characters they are cut within. */
    @ParameterizedTest
    @ValueSource(strings = {TEXT, MANY_BYTES})
    void everyChunkTellsTheTokensOfItsOwnText(String text) {
        script = saying(text);

        Answer streamed = chat("'logprobs':true,'stream':true,'max_tokens':200");

        List<JsonNode> choices =
                streamed.chunks().stream().map(chunk -> chunk.at("/choices/0")).toList();
        assertThat(choices.getFirst().get("logprobs").isNull()).isTrue();
        StringBuilder joined = new StringBuilder();
        for (JsonNode choice : choices.subList(1, choices.size())) {
            String content = choice.at("/delta/content").stringValue();
            assertThat(utf8(choice.at("/logprobs/content").valueStream().toList()))
                    .isEqualTo(content);
            joined.append(content);
        }
        assertThat(joined).hasToString(text);
    }

    @Test
    void spellsATokenThatIsNoTextByItselfByteByByte() {
        script = saying("漢");

        List<JsonNode> content = chat("'logprobs':true")
                .json()
                .at("/choices/0/logprobs/content")
                .valueStream()
                .toList();
        List<JsonNode> tokens = completion("'logprobs':0")
                .json()
                .at("/choices/0/logprobs/tokens")
                .valueStream()
                .toList();

        assertThat(content).hasSizeGreaterThan(1);
        assertThat(content).allSatisfy(token -> {
            StringBuilder spelled = new StringBuilder();
            token.get("bytes").forEach(value -> spelled.append("\\x%02x".formatted(value.intValue())));
            assertThat(token.get("token").stringValue()).isEqualTo(spelled.toString());
        });
        assertThat(tokens)
                .extracting(JsonNode::stringValue)
                .isEqualTo(content.stream()
                        .map(token -> "bytes:" + token.get("token").stringValue())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'is Par'", "' capital'", "['xyz','France is']", "'e'"})
    void dropsTheTokensThatAStopStringCutOff(String stop) {
        script = answer -> {
            answer.say(0, TEXT);
            answer.awaitCancel();
            answer.report();
        };

        for (String stream : List.of("true", "false")) {
            Answer answer = chat("'logprobs':true,'stop':%s,'stream':%s".formatted(stop, stream));

            List<JsonNode> choices = stream.equals("true")
                    ? answer.chunks().stream()
                            .map(chunk -> chunk.at("/choices/0"))
                            .toList()
                    : List.of(answer.json().at("/choices/0"));
            String text = joined(choices, stream.equals("true") ? "/delta/content" : "/message/content");
            List<JsonNode> tokens = choices.stream()
                    .flatMap(choice -> choice.at("/logprobs/content").valueStream())
                    .toList();
            assertThat(TEXT).startsWith(text);
            assertThat(utf8(tokens)).startsWith(text);
            assertThat(utf8(tokens.subList(0, tokens.size() - 1)).length()).isLessThan(text.length());
        }
    }

    @Test
    void keepsTheTokensOfChoicesApart() {
        script = answer -> {
            answer.say(0, "One").say(1, "Two").say(0, " more").stop(1).stop(0);
            answer.report();
        };

        JsonNode choices = chat("'logprobs':true,'n':2").json().get("choices");

        assertThat(utf8(choices.at("/0/logprobs/content").valueStream().toList()))
                .isEqualTo("One more");
        assertThat(utf8(choices.at("/1/logprobs/content").valueStream().toList()))
                .isEqualTo("Two");
    }

    @ParameterizedTest
    @ValueSource(strings = {TEXT, MANY_BYTES})
    void aCompletionTellsTokensInListsOfEqualLength(String text) {
        script = saying(text);

        JsonNode choice = completion("'logprobs':2,'max_tokens':200").json().at("/choices/0");

        JsonNode logprobs = choice.get("logprobs");
        int[] ids = DemoText.ids(text);
        assertThat(logprobs.propertyNames()).containsExactly("tokens", "token_logprobs", "top_logprobs", "text_offset");
        assertThat(logprobs).allSatisfy(list -> assertThat(list.size()).isEqualTo(ids.length));
        assertThat(logprobs.get("token_logprobs").valueStream().map(JsonNode::floatValue))
                .containsOnly(ScriptedAnswer.logprob(1));
        for (int at = 0; at < ids.length; at++) {
            String token = logprobs.at("/tokens/" + at).stringValue();
            JsonNode top = logprobs.at("/top_logprobs/" + at);
            assertThat(top.size()).isEqualTo(2);
            assertThat(top.get(token).floatValue()).isEqualTo(ScriptedAnswer.logprob(1));
            if (!token.startsWith("bytes:")) {
                int offset = logprobs.at("/text_offset/" + at).intValue();
                assertThat(text.substring(text.offsetByCodePoints(0, offset))).startsWith(token);
            }
        }
        assertThat(choice.get("text").stringValue()).isEqualTo(text);
    }

    @Test
    void aCompletionWithoutAlternativesStillTellsItsOwnTokens() {
        script = saying(TEXT);

        JsonNode logprobs = completion("'logprobs':0").json().at("/choices/0/logprobs");

        assertThat(logprobs.at("/top_logprobs/0").propertyNames())
                .containsExactly(logprobs.at("/tokens/0").stringValue());
        assertThat(completion("'n':1").json().at("/choices/0/logprobs").isNull())
                .isTrue();
    }

    @Test
    void echoPutsThePromptInFrontOfEachChoice() {
        script = answer -> {
            answer.say(0, " one").stop(0).say(1, " two").stop(1);
            answer.report();
        };
        String ids = Arrays.toString(DemoText.ids("By ids"));

        Answer whole =
                api.post("/v1/completions", "{'model':'molink-demo','prompt':['First','Second'],'n':2,'echo':true}");
        Answer ofIds =
                api.post("/v1/completions", "{'model':'molink-demo','prompt':%s,'n':2,'echo':true}".formatted(ids));
        Answer streamed =
                api.post("/v1/completions", "{'model':'molink-demo','prompt':'First','n':2,'echo':true,'stream':true}");

        assertThat(whole.json()
                        .get("choices")
                        .valueStream()
                        .map(choice -> choice.get("text").stringValue()))
                .containsExactly("First one", "First two", "Second one", "Second two");
        assertThat(ofIds.json().at("/choices/1/text").stringValue()).isEqualTo("By ids two");
        assertThat(joined(ofIndex(streamed, 0), "/text")).isEqualTo("First one");
        assertThat(joined(ofIndex(streamed, 1), "/text")).isEqualTo("First two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void echoWithLogprobsTellsThePromptsTokensFirst(String stream) {
        String prompt = "Once upon 漢字";
        script = answer -> {
            answer.scorePrompt().say(0, " a time").stop(0);
            answer.report();
        };

        Answer answer = api.post(
                "/v1/completions",
                "{'model':'molink-demo','prompt':'%s','echo':true,'logprobs':1,'stream':%s}".formatted(prompt, stream));

        assertThat(node.nextRequest().getPromptLogprobs()).isEqualTo(1);
        List<JsonNode> choices = stream.equals("true")
                ? ofIndex(answer, 0)
                : List.of(answer.json().at("/choices/0"));
        assertThat(joined(choices, "/text")).isEqualTo(prompt + " a time");
        List<JsonNode> logprobs = all(choices, "/logprobs/token_logprobs");
        List<JsonNode> tops = all(choices, "/logprobs/top_logprobs");
        List<JsonNode> offsets = all(choices, "/logprobs/text_offset");
        int promptTokens = DemoText.ids(prompt).length;
        assertThat(logprobs).hasSize(promptTokens + DemoText.ids(" a time").length);
        assertThat(logprobs.getFirst().isNull()).isTrue();
        assertThat(tops.getFirst().isNull()).isTrue();
        assertThat(logprobs.subList(1, logprobs.size()))
                .allSatisfy(value -> assertThat(value.floatValue()).isEqualTo(ScriptedAnswer.logprob(1)));
        assertThat(offsets.getFirst().intValue()).isZero();
        assertThat(offsets.get(promptTokens).intValue()).isEqualTo(prompt.codePointCount(0, prompt.length()));
        assertThat(offsets).isSortedAccordingTo((one, other) -> Integer.compare(one.intValue(), other.intValue()));
    }

    @Test
    void promptLogprobsAreVllmsMapsByTokenId() {
        script = answer -> {
            answer.scorePrompt().say(0, "x").stop(0);
            answer.report();
        };
        int[] ids = DemoText.ids("Once upon");

        JsonNode completion = api.post(
                        "/v1/completions", "{'model':'molink-demo','prompt':['Once upon','A'],'prompt_logprobs':1}")
                .json();
        JsonNode chat = chat("'prompt_logprobs':0").json();

        JsonNode scores = completion.at("/choices/0/prompt_logprobs");
        assertThat(scores.size()).isEqualTo(ids.length);
        assertThat(scores.get(0).isNull()).isTrue();
        JsonNode own = scores.get(1).get(Integer.toString(ids[1]));
        assertThat(own.propertyNames()).containsExactly("logprob", "rank", "decoded_token");
        assertThat(own.get("rank").intValue()).isEqualTo(2);
        assertThat(own.get("decoded_token").stringValue()).isEqualTo(text(ids[1]));
        assertThat(scores.get(1).get(Integer.toString(ids[1] + 1)).get("rank").intValue())
                .isEqualTo(1);
        assertThat(completion.at("/choices/1/prompt_logprobs").size()).isEqualTo(DemoText.ids("A").length);
        assertThat(chat.get("prompt_logprobs").get(1).size()).isEqualTo(1);
        assertThat(chat("'n':1").json().has("prompt_logprobs")).isFalse();
    }

    @Test
    void aHeadThatOwesLogprobsIsAnErrorAndNoAnswerAndIsCancelled() {
        CompletableFuture<CancelRequest> cancel = new CompletableFuture<>();
        script = answer -> {
            answer.unscored(0, DemoText.ids("Hello")[0]);
            cancel.complete(answer.awaitCancel());
            answer.report();
        };

        Answer answer = chat("'logprobs':true");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo("pipeline_lost");
        assertThat(cancel).succeedsWithin(Duration.ofSeconds(10));
    }

    private static ScriptedNode.Script saying(String text) {
        return answer -> {
            answer.say(0, text).stop(0);
            answer.report();
        };
    }

    private static Answer chat(String more) {
        return api.post(
                "/v1/chat/completions",
                "{'model':'molink-demo','messages':[{'role':'user','content':'x'}]," + more + "}");
    }

    private static Answer completion(String more) {
        return api.post("/v1/completions", "{'model':'molink-demo','prompt':'x'," + more + "}");
    }

    private static String text(int id) {
        return new String(DemoText.tokenizer().tokenBytes(id), StandardCharsets.UTF_8);
    }

    private static String utf8(List<JsonNode> tokens) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tokens.forEach(token -> token.get("bytes").forEach(value -> bytes.write(value.intValue())));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<JsonNode> ofIndex(Answer streamed, int index) {
        return streamed.chunks().stream()
                .flatMap(chunk -> chunk.get("choices").valueStream())
                .filter(choice -> choice.get("index").intValue() == index)
                .toList();
    }

    private static List<JsonNode> all(List<JsonNode> choices, String list) {
        List<JsonNode> elements = new ArrayList<>();
        choices.forEach(choice -> choice.at(list).forEach(elements::add));
        return elements;
    }

    private static String joined(List<JsonNode> choices, String path) {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, choices.size())
                .forEach(at -> text.append(choices.get(at).at(path).asString("")));
        return text.toString();
    }
}
