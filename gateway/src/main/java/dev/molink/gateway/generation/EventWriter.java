package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.ResponseStream;
import java.io.IOException;
import java.util.List;

/** Server-sent events as OpenAI's clients read them. */
final class EventWriter extends StreamWriter {

    private final ChunkFormat format;
    private final boolean includeUsage;

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
            out().event(format.chunk(delta));
        }
        out().flush();
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
