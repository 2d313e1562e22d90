package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.ResponseStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way of writing a stream. The answer opens with the first thing that is written; until then it may still fail as HTTP. */
abstract class StreamWriter {

    private final ApiExchange exchange;
    private final String contentType;
    private @Nullable ResponseStream out;

    StreamWriter(ApiExchange exchange, String contentType) {
        this.exchange = exchange;
        this.contentType = contentType;
    }

    abstract void write(List<Delta> deltas) throws IOException;

    abstract void keepAlive() throws IOException;

    abstract void finish(TextGeneration generation) throws IOException, InterruptedException;

    abstract void fail(ApiException failure) throws IOException;

    /** What precedes the first text. */
    abstract void open(ResponseStream stream) throws IOException;

    boolean opened() {
        return out != null;
    }

    ResponseStream out() throws IOException {
        if (out == null) {
            out = exchange.stream(contentType);
            open(out);
        }
        return out;
    }
}
