package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.ResponseStream;
import java.io.IOException;
import java.util.List;

/** One JSON document a line, each with the whole text so far, as MoLink's {@code /generate} streams. */
final class LineWriter extends StreamWriter {

    private final LineFormat format;

    LineWriter(ApiExchange exchange, LineFormat format) {
        super(exchange, "application/x-ndjson");
        this.format = format;
    }

    @Override
    void open(ResponseStream stream) {}

    @Override
    void write(List<Delta> deltas) throws IOException {
        deltas.forEach(format::add);
        out().line(format.line());
        out().flush();
    }

    /** An empty line, which readers of lines of JSON skip. */
    @Override
    void keepAlive() throws IOException {
        out().emptyLine();
        out().flush();
    }

    @Override
    void finish(TextGeneration generation) throws IOException {
        out().flush();
    }

    @Override
    void fail(ApiException failure) throws IOException {
        out().line(failure.body());
        out().flush();
    }
}
