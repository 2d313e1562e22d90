package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionTokenLogprob;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the engine can do, asked by OpenAI's own Java client of the running product. */
class OpenAiEngineIT {

    private static final String QUESTION = "What is MoLink?";

    private static OpenAIClient client;

    @BeforeAll
    static void connect() throws Exception {
        RunningDemo demo = RunningDemo.shared();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(demo.url("/v1"))
                .apiKey(demo.key())
                .maxRetries(0)
                .build();
    }

    @Test
    void tellsTheLogprobOfEachTokenOfAGreedyAnswer() {
        ChatCompletion answer = ask(greedy().logprobs(true).topLogprobs(2));

        List<ChatCompletionTokenLogprob> tokens =
                answer.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
        assertThat(joined(tokens)).isEqualTo(Golden.answer(QUESTION));
        assertThat(tokens).allSatisfy(token -> {
            assertThat(token.logprob()).isLessThanOrEqualTo(0);
            assertThat(token.topLogprobs()).hasSize(2);
            assertThat(token.topLogprobs().getFirst().token()).isEqualTo(token.token());
            assertThat(token.topLogprobs().getFirst().logprob()).isEqualTo(token.logprob());
            assertThat(token.topLogprobs().getLast().logprob()).isLessThanOrEqualTo(token.logprob());
        });
    }

    @Test
    void streamsTheSameLogprobsAsItAnswersWhole() {
        List<ChatCompletionTokenLogprob> whole = ask(greedy().logprobs(true).topLogprobs(1))
                .choices()
                .getFirst()
                .logprobs()
                .orElseThrow()
                .content()
                .orElseThrow();

        List<ChatCompletionTokenLogprob> streamed;
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(greedy().logprobs(true).topLogprobs(1).build())) {
            streamed = stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.logprobs().stream())
                    .flatMap(logprobs -> logprobs.content().stream())
                    .flatMap(List::stream)
                    .toList();
        }

        assertThat(streamed).isEqualTo(whole);
    }

    @Test
    void echoesAPromptWithItsLogprobs() {
        String prompt = Golden.prompt(QUESTION);

        Completion completion = client.completions()
                .create(CompletionCreateParams.builder()
                        .model("molink-demo")
                        .prompt(prompt)
                        .temperature(0)
                        .maxTokens(4)
                        .echo(true)
                        .logprobs(1)
                        .build());

        var choice = completion.choices().getFirst();
        var logprobs = choice.logprobs().orElseThrow();
        assertThat(choice.text()).startsWith(prompt);
        assertThat(logprobs.tokens().orElseThrow()).hasSize(Golden.promptTokens(QUESTION) + 4);
        assertThat(String.join("", logprobs.tokens().orElseThrow())).isEqualTo(choice.text());
        assertThat(logprobs.textOffset().orElseThrow().getFirst()).isZero();
    }

    @Test
    void aSeedRepeatsAllOfSeveralChoicesAndTheyDiffer() {
        List<String> first = texts(ask(story(7)));
        List<String> again = texts(ask(story(7)));
        List<String> other = texts(ask(story(8)));

        assertThat(first).hasSize(3).doesNotHaveDuplicates();
        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void chargesThePromptOfSeveralChoicesOnce() {
        var usage = ask(greedy().n(3)).usage().orElseThrow();

        assertThat(usage.promptTokens()).isEqualTo(Golden.promptTokens(QUESTION));
        assertThat(usage.completionTokens()).isEqualTo(3L * Golden.generatedTokens(QUESTION));
    }

    @Test
    void answersInTheFormOfAJsonSchema() {
        ChatCompletion answer = ask(greedy().responseFormat(schema(Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of("known", Map.of("type", "boolean")),
                        "required",
                        List.of("known"),
                        "additionalProperties",
                        false)))
                .maxCompletionTokens(200));

        JsonNode document = JsonMapper.shared()
                .readTree(answer.choices().getFirst().message().content().orElseThrow());
        assertThat(document.propertyNames()).containsExactly("known");
        assertThat(document.get("known").isBoolean()).isTrue();
        assertThat(answer.choices().getFirst().finishReason().asString()).isEqualTo("stop");
    }

    @Test
    void answersWithOneOfTheTextsGiven() {
        ChatCompletion answer = ask(greedy().putAdditionalBodyProperty(
                        "structured_outputs", JsonValue.from(Map.of("choice", List.of("perhaps", "never")))));

        assertThat(texts(answer).getFirst()).isIn("perhaps", "never");
    }

    @Test
    void refusesASchemaThatIsOpenAlthoughStrict() {
        var params = greedy().responseFormat(schema(Map.of("type", "object", "properties", Map.of("a", Map.of()))))
                .build();

        assertThatThrownBy(() -> client.chat().completions().create(params))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.param()).hasValue("response_format.json_schema.schema"))
                .hasMessageContaining("additionalProperties");
    }

    @Test
    void refusesASchemaThatNothingCanSatisfyBeforeItStreams() {
        var params = greedy().putAdditionalBodyProperty(
                        "guided_json", JsonValue.from(Map.of("type", "integer", "minimum", 5, "maximum", 4)))
                .build();

        assertThatThrownBy(() -> client.chat().completions().createStreaming(params))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.param()).hasValue("guided_json"));
    }

    @ParameterizedTest
    @CsvSource({
        "n,129",
        "max_tokens,1000000",
        "top_logprobs,21",
        "presence_penalty,2.5",
        "logit_bias,'{\"1000000\":1}'",
        "allowed_token_ids,'[1000000]'",
        "timeout,-1",
        "service_tier,'\"gold\"'",
    })
    void refusesWhatIsOutOfRangeByItsField(String field, String json) {
        Object value = JsonMapper.shared().readValue(json, Object.class);
        var params = greedy().logprobs(true)
                .putAdditionalBodyProperty(field, JsonValue.from(value))
                .build();

        assertThatThrownBy(() -> client.chat().completions().create(params))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.param().orElseThrow()).startsWith(field));
    }

    @Test
    void aSecondEqualPromptComesFromTheCache() {
        String prompt = "The pipeline sends hidden states from stage to stage. ".repeat(12);
        CompletionCreateParams params = CompletionCreateParams.builder()
                .model("molink-demo")
                .prompt(prompt)
                .temperature(0)
                .maxTokens(8)
                .build();
        Completion first = client.completions().create(params);

        Completion second = client.completions().create(params);

        var usage = second.usage().orElseThrow();
        assertThat(second.choices().getFirst().text())
                .isEqualTo(first.choices().getFirst().text());
        assertThat(usage.promptTokensDetails().orElseThrow().cachedTokens().orElseThrow())
                .isGreaterThanOrEqualTo(16)
                .isLessThan(usage.promptTokens());
    }

    @Test
    void endsAtTheTimeoutThatTheRequestSets() {
        var params = greedy().maxCompletionTokens(1500)
                .putAdditionalBodyProperty("ignore_eos", JsonValue.from(true))
                .putAdditionalBodyProperty("timeout", JsonValue.from(0.05))
                .build();

        assertThatThrownBy(() -> client.chat().completions().create(params))
                .isInstanceOfSatisfying(InternalServerException.class, late -> {
                    assertThat(late.statusCode()).isEqualTo(504);
                    assertThat(late.code()).hasValue("timeout");
                });
    }

    private static ChatCompletionCreateParams.Builder greedy() {
        return ChatCompletionCreateParams.builder()
                .model("molink-demo")
                .temperature(0)
                .addUserMessage(QUESTION);
    }

    @SuppressWarnings("deprecation") // OpenAI's client deprecates the field; it is what is tested
    private static ChatCompletionCreateParams.Builder story(long seed) {
        return ChatCompletionCreateParams.builder()
                .model("molink-demo")
                .n(3)
                .seed(seed)
                .temperature(1.5)
                .maxCompletionTokens(32)
                .addUserMessage("Tell me a story about a fox.");
    }

    private static ChatCompletion ask(ChatCompletionCreateParams.Builder question) {
        return client.chat().completions().create(question.build());
    }

    private static ResponseFormatJsonSchema schema(Map<String, Object> schema) {
        var keywords = ResponseFormatJsonSchema.JsonSchema.Schema.builder();
        schema.forEach((keyword, value) -> keywords.putAdditionalProperty(keyword, JsonValue.from(value)));
        return ResponseFormatJsonSchema.builder()
                .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                        .name("answer")
                        .strict(true)
                        .schema(keywords.build())
                        .build())
                .build();
    }

    private static List<String> texts(ChatCompletion answer) {
        return answer.choices().stream()
                .map(choice -> choice.message().content().orElseThrow())
                .toList();
    }

    private static String joined(List<ChatCompletionTokenLogprob> tokens) {
        return tokens.stream().map(ChatCompletionTokenLogprob::token).collect(Collectors.joining());
    }
}
