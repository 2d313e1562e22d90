package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.PreparedEvent;
import dev.molink.gateway.http.ResponseStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Server-sent events as OpenAI's clients read them. */
final class EventWriter extends StreamWriter {

    private final ChunkFormat format;
    private final boolean includeUsage;
    /** By the index of the choice. */
    private final Map<Integer, PreparedEvent> prepared = new HashMap<>();

    EventWriter(ApiExchange exchange, ChunkFormat format, boolean includeUsage) {
        super(exchange, "text/event-stream;charset=utf-8");
        this.format = format;
        this.includeUsage = includeUsage;
    }

    @Override
    void open(ResponseStream stream) throws IOException {
        for (Object chunk : format.opening()) {
            stream.event(chunk);
        }
    }

    @Override
    void write(List<Delta> deltas) throws IOException {
        for (Delta delta : deltas) {
            PreparedEvent event = isTextAlone(delta) ? prepared(delta.index()) : null;
            if (event == null) {
                out().event(format.chunk(delta));
            } else {
                out().event(event, delta.text());
            }
        }
        out().flush();
    }

    /** So are nearly all chunks of a stream. */
    private static boolean isTextAlone(Delta delta) {
        return delta.finishReason() == null && delta.tokens().isEmpty();
    }

    private @Nullable PreparedEvent prepared(int index) throws IOException {
        PreparedEvent known = prepared.get(index);
        if (known == null) {
            known = out().prepare(format.chunk(new Delta(index, PreparedEvent.PLACE, List.of(), null, null)));
            if (known != null) {
                prepared.put(index, known);
            }
        }
        return known;
    }

    @Override
    void keepAlive() throws IOException {
        out().keepAlive();
    }

    @Override
    void finish(TextGeneration generation) throws IOException, InterruptedException {
        if (includeUsage) {
            out().event(format.usage(generation.usage()));
        }
        out().done();
    }

    /** An event that SDKs turn into an exception; without {@code [DONE]}, since the answer is not done. */
    @Override
    void fail(ApiException failure) throws IOException {
        out().event(failure.body());
        out().flush();
    }
}
