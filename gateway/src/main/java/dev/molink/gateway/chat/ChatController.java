package dev.molink.gateway.chat;

import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.generation.Answers;
import dev.molink.gateway.generation.GenerationCall;
import dev.molink.gateway.generation.GenerationOptions;
import dev.molink.gateway.generation.Prompt;
import dev.molink.gateway.generation.TextGeneration;
import dev.molink.gateway.generation.TextGenerator;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.ApiExchanges;
import dev.molink.gateway.http.Fields;
import dev.molink.gateway.http.JsonBodies;
import dev.molink.gateway.models.ServedModel;
import dev.molink.gateway.models.ServedModels;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/chat/completions}. */
@RestController
final class ChatController {

    private static final String PATH = "/v1/chat/completions";

    private final JsonBodies bodies;
    private final ApiExchanges exchanges;
    private final ServedModels models;
    private final TextGenerator generator;
    private final Answers answers;
    private final Clock clock;

    ChatController(
            JsonBodies bodies,
            ApiExchanges exchanges,
            ServedModels models,
            TextGenerator generator,
            Answers answers,
            Clock clock) {
        this.bodies = bodies;
        this.exchanges = exchanges;
        this.models = models;
        this.generator = generator;
        this.answers = answers;
        this.clock = clock;
    }

    @PostMapping(PATH)
    void complete(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ApiExchange exchange = exchanges.of(request, response);
        ApiCaller caller = ApiCaller.of(request);
        ChatRequest chat = ChatRequest.read(new Fields(bodies.read(request)));
        exchange.ignoredFields(chat.ignoredFields());
        ServedModel model = models.require(caller, chat.model());
        Prompt prompt = Prompt.of("", model.text().chatPrompt(chat.messages()));
        GenerationOptions options = chat.options();
        try (TextGeneration generation = generator.start(
                exchange,
                new GenerationCall(exchange.requestId(), caller, PATH, model, "messages", List.of(prompt), options))) {
            answer(exchange, model, options, generation);
        }
    }

    private void answer(ApiExchange exchange, ServedModel model, GenerationOptions options, TextGeneration generation)
            throws IOException {
        String id = "chatcmpl-" + exchange.requestId();
        long created = clock.instant().getEpochSecond();
        if (options.stream()) {
            ChatAnswers.Chunks chunks =
                    new ChatAnswers.Chunks(id, created, model.name(), generation.choices(), options);
            answers.streamEvents(exchange, generation, chunks, options.includeUsage());
            return;
        }
        exchange.send(
                HttpServletResponse.SC_OK,
                ChatAnswers.completion(id, created, model.name(), options, answers.collect(exchange, generation)));
        generation.delivered();
    }
}
