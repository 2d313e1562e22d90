package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java client against the running product. */
class OpenAiJavaIT {

    private static RunningDemo demo;
    private static OpenAIClient client;

    @BeforeAll
    static void connect() throws Exception {
        demo = RunningDemo.shared();
        client = clientWith(demo.key());
    }

    private static OpenAIClient clientWith(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(demo.url("/v1"))
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder question() {
        return ChatCompletionCreateParams.builder()
                .model("molink-demo")
                .temperature(0)
                .addUserMessage("What is MoLink?");
    }

    @Test
    void listsTheModel() {
        var models = client.models().list().data();

        assertThat(models).extracting(model -> model.id()).containsExactly("molink-demo");
    }

    @Test
    void answersAChat() {
        ChatCompletion completion =
                client.chat().completions().create(question().build());

        var choice = completion.choices().getFirst();
        assertThat(choice.message().content().orElseThrow()).isEqualTo(Golden.answer("What is MoLink?"));
        assertThat(choice.finishReason().asString()).isEqualTo("stop");
        var usage = completion.usage().orElseThrow();
        assertThat(usage.promptTokens()).isEqualTo(Golden.promptTokens("What is MoLink?"));
        assertThat(usage.completionTokens()).isEqualTo(Golden.generatedTokens("What is MoLink?"));
    }

    @Test
    void streamsTheSameTextAsItAnswersWhole() {
        StringBuilder text = new StringBuilder();
        long usages;

        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(question()
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build())) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();
            chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> choice.delta().content().ifPresent(text::append));
            usages = chunks.stream().filter(chunk -> chunk.usage().isPresent()).count();
        }

        assertThat(text.toString()).isEqualTo(Golden.answer("What is MoLink?"));
        assertThat(usages).isEqualTo(1);
    }

    @Test
    void completesAPlainPromptAndStopsAtAString() {
        var completion = client.completions()
                .create(CompletionCreateParams.builder()
                        .model("molink-demo")
                        .prompt(Golden.prompt("What is MoLink?"))
                        .temperature(0)
                        .maxTokens(64)
                        .stop("model")
                        .build());

        String whole = Golden.answer("What is MoLink?");
        assertThat(completion.choices().getFirst().text()).isEqualTo(whole.substring(0, whole.indexOf("model")));
        assertThat(completion.choices().getFirst().finishReason().asString()).isEqualTo("stop");
    }

    @Test
    void aWrongKeyIsItsUnauthorizedException() {
        OpenAIClient stranger = clientWith("sk-nobody");

        assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
    }

    @Test
    void anUnknownModelIsItsNotFoundException() {
        var params = question().model("no-such-model").build();

        assertThatThrownBy(() -> client.chat().completions().create(params))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no-such-model");
    }

    @Test
    void aBadParameterIsItsBadRequestException() {
        var params = question().temperature(99).build();

        assertThatThrownBy(() -> client.chat().completions().create(params))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("temperature");
    }

    @Test
    void goesOnServingAfterAStreamWasLeftInTheMiddle() {
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(question()
                        .putAdditionalBodyProperty("ignore_eos", com.openai.core.JsonValue.from(true))
                        .maxCompletionTokens(1500)
                        .build())) {
            assertThat(stream.stream().limit(3).count()).isEqualTo(3);
        }

        var completion = client.chat().completions().create(question().build());

        assertThat(completion.choices().getFirst().message().content().orElseThrow())
                .isEqualTo(Golden.answer("What is MoLink?"));
        Eventually.within("KV blocks are free again", () -> demo.kvBlocksUsed() == 0);
    }
}
