package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.ClientGoneException;
import dev.molink.gateway.http.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Brings a generation to its client, whole or streamed. Runs on the thread of the request; a client that leaves is noticed
 * by a failed write or, while there is nothing to write, by looking at its connection.
 */
@Component
public final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final AnswerSettings settings;

    Answers(AnswerSettings settings) {
        this.settings = settings;
    }

    /** Waits for all choices. */
    public CollectedAnswer collect(ApiExchange exchange, TextGeneration generation) {
        try {
            CollectedAnswer.Builder collected = new CollectedAnswer.Builder(generation.choices());
            Silence silence = new Silence(generation);
            while (!generation.finished()) {
                List<Delta> deltas = generation.next(settings.disconnectCheck());
                silence.observe(exchange, deltas);
                deltas.forEach(collected::add);
            }
            return collected.build(generation.promptScores(), generation.usage());
        } catch (InterruptedException stopping) {
            throw stopping();
        }
    }

    /** Sends server-sent events, ended by {@code [DONE]}, or by an error event and no {@code [DONE]}. */
    public void streamEvents(ApiExchange exchange, TextGeneration generation, ChunkFormat format, boolean usage) {
        new Streaming(exchange, generation, new EventWriter(exchange, format, usage)).run();
    }

    /** Sends one JSON document a line. */
    public void streamLines(ApiExchange exchange, TextGeneration generation, LineFormat format) {
        new Streaming(exchange, generation, new LineWriter(exchange, format)).run();
    }

    private static ApiException stopping() {
        Thread.currentThread().interrupt();
        return ApiException.retryable(ErrorCode.OVERLOADED, "The server is stopping.", Duration.ofSeconds(1));
    }

    /** Watches how long nothing came, and whether the client is still there meanwhile. */
    private final class Silence {

        private long lastSignNanos = System.nanoTime();
        private long lastWriteNanos = lastSignNanos;
        private Duration allowed;

        /** Until the first text, the time in which the head itself gives the request up counts as well. */
        Silence(TextGeneration generation) {
            allowed = settings.stall().plus(generation.queueTimeout());
        }

        void observe(ApiExchange exchange, List<Delta> deltas) {
            if (!deltas.isEmpty()) {
                lastSignNanos = System.nanoTime();
                lastWriteNanos = lastSignNanos;
                allowed = settings.stall();
                return;
            }
            if (exchange.connection().gone()) {
                throw new ClientGoneException();
            }
            if (System.nanoTime() - lastSignNanos > allowed.toNanos()) {
                throw Failures.stalled(allowed);
            }
        }

        boolean needsKeepAlive() {
            boolean due =
                    System.nanoTime() - lastWriteNanos > settings.keepAlive().toNanos();
            if (due) {
                lastWriteNanos = System.nanoTime();
            }
            return due;
        }
    }

    private final class Streaming {

        private final ApiExchange exchange;
        private final TextGeneration generation;
        private final StreamWriter writer;

        Streaming(ApiExchange exchange, TextGeneration generation, StreamWriter writer) {
            this.exchange = exchange;
            this.generation = generation;
            this.writer = writer;
        }

        void run() {
            try {
                deliver();
                writer.finish(generation);
            } catch (InterruptedException stopping) {
                fail(stopping());
            } catch (ApiException failure) {
                fail(failure);
            } catch (IOException writeFailed) {
                throw new ClientGoneException();
            }
        }

        private void deliver() throws IOException, InterruptedException {
            Silence silence = new Silence(generation);
            while (!generation.finished()) {
                List<Delta> deltas = generation.next(settings.disconnectCheck());
                silence.observe(exchange, deltas);
                if (!deltas.isEmpty()) {
                    writer.write(deltas);
                    generation.delivered();
                } else if (silence.needsKeepAlive()) {
                    writer.keepAlive();
                }
            }
        }

        /** Before the first byte the failure is an HTTP status; afterwards only an event can tell it. */
        private void fail(ApiException failure) {
            if (!writer.opened()) {
                throw failure;
            }
            LOG.warn("{}: the stream broke: {}", exchange.requestId(), failure.code());
            try {
                writer.fail(failure);
            } catch (IOException writeFailed) {
                throw new ClientGoneException();
            }
        }
    }
}
