package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** LangChain4j's OpenAI client against the running product. */
class LangChain4jIT {

    private static RunningDemo demo;

    @BeforeAll
    static void start() throws Exception {
        demo = RunningDemo.shared();
    }

    private static OpenAiChatModel model(String key, String name) {
        return OpenAiChatModel.builder()
                .baseUrl(demo.url("/v1"))
                .apiKey(key)
                .modelName(name)
                .temperature(0.0)
                .maxRetries(0)
                .build();
    }

    @Test
    void answersAChat() {
        String answer = model(demo.key(), "molink-demo").chat("What is 12 + 30?");

        assertThat(answer).isEqualTo(Golden.answer("What is 12 + 30?"));
    }

    @Test
    void streamsAnAnswer() throws Exception {
        OpenAiStreamingChatModel streaming = OpenAiStreamingChatModel.builder()
                .baseUrl(demo.url("/v1"))
                .apiKey(demo.key())
                .modelName("molink-demo")
                .temperature(0.0)
                .build();
        StringBuilder parts = new StringBuilder();
        CompletableFuture<ChatResponse> done = new CompletableFuture<>();

        streaming.chat("Tell me a story about a fox.", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String part) {
                parts.append(part);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                done.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                done.completeExceptionally(error);
            }
        });
        ChatResponse response = done.get(30, TimeUnit.SECONDS);

        assertThat(parts.toString()).isEqualTo(Golden.answer("Tell me a story about a fox."));
        assertThat(response.aiMessage().text()).isEqualTo(parts.toString());
    }

    @Test
    void mapsAWrongKeyAndAnUnknownModel() {
        assertThatThrownBy(() -> model("sk-nobody", "molink-demo").chat("Hello"))
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> model(demo.key(), "no-such-model").chat("Hello"))
                .isInstanceOf(ModelNotFoundException.class);
    }
}
