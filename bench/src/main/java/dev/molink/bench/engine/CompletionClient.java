package dev.molink.bench.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams completions over HTTP and notes when each piece arrives. Each call reads its connection on the caller's thread,
 * so that an event wakes one thread and no more: the client often shares its processors with what it measures.
 */
public final class CompletionClient {

    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 300_000;
    private static final String DATA = "data: ";
    private static final ObjectReader EVENTS = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readerFor(Event.class);

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
        long start = System.nanoTime();
        HttpURLConnection connection = post(body.getBytes(UTF_8));
        int status = connection.getResponseCode();
        if (status != 200) {
            InputStream error = connection.getErrorStream();
            throw new IOException("%s answered %d: %s"
                    .formatted(completions, status, error == null ? "" : new String(error.readAllBytes(), UTF_8)));
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
            return read(lines, start);
        }
    }

    private HttpURLConnection post(byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) completions.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setRequestProperty("Authorization", "Bearer " + key);
        connection.setRequestProperty("Content-Type", "application/json");
        // One that is kept is tried for a millisecond before it is used again, which would count as the server's.
        connection.setRequestProperty("Connection", "close");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        return connection;
    }

    private static CompletionTiming read(BufferedReader lines, long start) throws IOException {
        List<Double> arrivals = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        Usage usage = Usage.NONE;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.startsWith(DATA)) {
                continue;
            }
            if (line.equals(DATA + "[DONE]")) {
                return new CompletionTiming(
                        arrivals, secondsSince(start), usage.completionTokens(), usage.cachedTokens(), text.toString());
            }
            Event event = EVENTS.readValue(line.substring(DATA.length()));
            if (event.error() != null) {
                throw new IOException("the stream broke: " + event.error());
            }
            String piece = event.text();
            if (!piece.isEmpty()) {
                arrivals.add(secondsSince(start));
                text.append(piece);
            }
            usage = event.usage() == null ? usage : event.usage();
        }
        throw new IOException("the stream ended without [DONE]");
    }

    /** What of a chunk is looked at: reading it into a tree would take the processor from whom it measures. */
    private record Event(
            @Nullable List<Choice> choices,
            @Nullable Usage usage,
            @Nullable JsonNode error) {

        String text() {
            String text = choices == null || choices.isEmpty()
                    ? null
                    : choices.getFirst().text();
            return text == null ? "" : text;
        }
    }

    private record Choice(@Nullable String text) {}

    private record Usage(int completionTokens, @Nullable PromptDetails promptTokensDetails) {

        static final Usage NONE = new Usage(0, null);

        int cachedTokens() {
            return promptTokensDetails == null ? 0 : promptTokensDetails.cachedTokens();
        }
    }

    private record PromptDetails(int cachedTokens) {}

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
