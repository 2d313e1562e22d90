package dev.molink.bench.engine;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams completions over HTTP and notes when each piece arrives. */
public final class CompletionClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String DATA = "data: ";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI completions;
    private final String key;
    private final String model;

    /** @param api address with port, such as {@code http://127.0.0.1:8080} */
    public CompletionClient(URI api, String key, String model) {
        this.completions = api.resolve("/v1/completions");
        this.key = key;
        this.model = model;
    }

    /**
     * Streams one greedy completion that ends after {@code maxTokens}, whatever the model says.
     *
     * @param prompt text, or a list of token ids
     * @throws IOException when the answer is no complete stream; the message holds the error's body
     */
    public CompletionTiming complete(Object prompt, int maxTokens) throws IOException, InterruptedException {
        String body = JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "model",
                        model,
                        "prompt",
                        prompt,
                        "max_tokens",
                        maxTokens,
                        "ignore_eos",
                        true,
                        "temperature",
                        0,
                        "stream",
                        true,
                        "stream_options",
                        Map.of("include_usage", true)));
        HttpRequest request = HttpRequest.newBuilder(completions)
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        long start = System.nanoTime();
        HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("%s answered %d: %s"
                        .formatted(completions, response.statusCode(), lines.collect(Collectors.joining("\n"))));
            }
            return read(lines.iterator(), start);
        }
    }

    private static CompletionTiming read(Iterator<String> lines, long start) throws IOException {
        List<Double> arrivals = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int tokens = 0;
        int cached = 0;
        while (lines.hasNext()) {
            String line = lines.next();
            if (!line.startsWith(DATA)) {
                continue;
            }
            if (line.equals(DATA + "[DONE]")) {
                return new CompletionTiming(arrivals, secondsSince(start), tokens, cached, text.toString());
            }
            JsonNode event = JsonMapper.shared().readTree(line.substring(DATA.length()));
            if (event.has("error")) {
                throw new IOException("the stream broke: " + event);
            }
            String piece = event.at("/choices/0/text").asString("");
            if (!piece.isEmpty()) {
                arrivals.add(secondsSince(start));
                text.append(piece);
            }
            tokens = event.at("/usage/completion_tokens").asInt(tokens);
            cached = event.at("/usage/prompt_tokens_details/cached_tokens").asInt(cached);
        }
        throw new IOException("the stream ended without [DONE]");
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        http.close();
    }
}
