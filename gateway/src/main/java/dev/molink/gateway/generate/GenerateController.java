package dev.molink.gateway.generate;

import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.generation.Answers;
import dev.molink.gateway.generation.CollectedAnswer;
import dev.molink.gateway.generation.GenerationCall;
import dev.molink.gateway.generation.GenerationOptions;
import dev.molink.gateway.generation.LogprobOptions;
import dev.molink.gateway.generation.OptionFields;
import dev.molink.gateway.generation.Prompt;
import dev.molink.gateway.generation.TextGeneration;
import dev.molink.gateway.generation.TextGenerator;
import dev.molink.gateway.generation.UnavailableParameters;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.ApiExchanges;
import dev.molink.gateway.http.Fields;
import dev.molink.gateway.http.JsonBodies;
import dev.molink.gateway.models.ServedModel;
import dev.molink.gateway.models.ServedModels;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /generate}, as MoLink has it: a prompt and sampling parameters in, {@code {"text": [prompt + completion]}}
 * out, streamed as one such document a line with the text so far. The body is read as JSON whatever type it claims. A
 * {@code model} is needed only where several are served.
 */
@RestController
final class GenerateController {

    private static final String PATH = "/generate";
    private static final int DEFAULT_MAX_TOKENS = 16;

    private final JsonBodies bodies;
    private final ApiExchanges exchanges;
    private final ServedModels models;
    private final TextGenerator generator;
    private final Answers answers;

    GenerateController(
            JsonBodies bodies, ApiExchanges exchanges, ServedModels models, TextGenerator generator, Answers answers) {
        this.bodies = bodies;
        this.exchanges = exchanges;
        this.models = models;
        this.generator = generator;
        this.answers = answers;
    }

    @PostMapping(PATH)
    void generate(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ApiExchange exchange = exchanges.of(request, response);
        ApiCaller caller = ApiCaller.of(request);
        Fields body = new Fields(bodies.readAnyType(request));
        String prompt = body.requireString("prompt");
        GenerationOptions options = OptionFields.read(body, LogprobOptions.NONE, DEFAULT_MAX_TOKENS);
        UnavailableParameters.refuseInGenerate(body, options.choices());
        String name = body.string("model");
        exchange.ignoredFields(body.unread());
        ServedModel model = name == null ? models.requireOnly(caller) : models.require(caller, name);
        List<Prompt> prompts =
                List.of(Prompt.of(prompt, model.text().tokenizer().encode(prompt, true)));
        try (TextGeneration generation = generator.start(
                exchange, new GenerationCall(exchange.requestId(), caller, PATH, model, "prompt", prompts, options))) {
            answer(exchange, prompt, options, generation);
        }
    }

    private void answer(ApiExchange exchange, String prompt, GenerationOptions options, TextGeneration generation)
            throws IOException {
        if (options.stream()) {
            answers.streamLines(exchange, generation, new GeneratedText(prompt, generation.choices()));
            return;
        }
        CollectedAnswer collected = answers.collect(exchange, generation);
        List<String> texts = collected.choices().stream()
                .map(choice -> prompt + choice.text())
                .toList();
        exchange.send(HttpServletResponse.SC_OK, new GeneratedText.Answer(texts, collected.early()));
        generation.delivered();
    }
}
