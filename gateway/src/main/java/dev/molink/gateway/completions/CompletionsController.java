package dev.molink.gateway.completions;

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

/** {@code POST /v1/completions}. */
@RestController
final class CompletionsController {

    private static final String PATH = "/v1/completions";

    private final JsonBodies bodies;
    private final ApiExchanges exchanges;
    private final ServedModels models;
    private final TextGenerator generator;
    private final Answers answers;
    private final Clock clock;

    CompletionsController(
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
        CompletionRequest completion = CompletionRequest.read(new Fields(bodies.read(request)));
        exchange.ignoredFields(completion.ignoredFields());
        ServedModel model = models.require(caller, completion.model());
        List<Prompt> prompts = completion
                .prompts()
                .encode(model.text().tokenizer(), model.identity().getVocabularySize());
        GenerationOptions options = completion.options();
        try (TextGeneration generation = generator.start(
                exchange, new GenerationCall(exchange.requestId(), caller, PATH, model, "prompt", prompts, options))) {
            answer(exchange, model, options, generation);
        }
    }

    private void answer(ApiExchange exchange, ServedModel model, GenerationOptions options, TextGeneration generation)
            throws IOException {
        String id = "cmpl-" + exchange.requestId();
        long created = clock.instant().getEpochSecond();
        if (options.stream()) {
            CompletionAnswers.Chunks chunks = new CompletionAnswers.Chunks(id, created, model.name(), options);
            answers.streamEvents(exchange, generation, chunks, options.includeUsage());
            return;
        }
        exchange.send(
                HttpServletResponse.SC_OK,
                CompletionAnswers.completion(
                        id, created, model.name(), options, answers.collect(exchange, generation)));
        generation.delivered();
    }
}
