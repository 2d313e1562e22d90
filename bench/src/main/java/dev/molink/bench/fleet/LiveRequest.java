package dev.molink.bench.fleet;

import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.SamplingParameters;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.pipeline.LocalPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A request of a trace on its way through a pipeline; the head's thread tells it what becomes of it. */
final class LiveRequest implements LocalPipeline.Listener {

    private final String trace;
    private final int number;
    private final Arrival arrival;
    private final CountDownLatch running;
    private final List<Long> tokenTimes = new ArrayList<>(); // guarded by this
    private @Nullable RequestReport report; // guarded by this

    /**
     * @param trace that it is the {@code number}-th of
     * @param running counted down at the request's end
     */
    LiveRequest(String trace, int number, Arrival arrival, CountDownLatch running) {
        this.trace = trace;
        this.number = number;
        this.arrival = arrival;
        this.running = running;
    }

    Arrival arrival() {
        return arrival;
    }

    /** The request for a prompt of random ids, so that no two share a prefix; it ends at the trace's length only. */
    GenerateRequest message(ModelConfig model, long seed) {
        SplittableRandom random = new SplittableRandom(seed + trace.hashCode() + number);
        GenerateRequest.Builder request = GenerateRequest.newBuilder()
                .setRequestId("%s-%d".formatted(trace, number))
                .setChoices(1)
                .setMaxTokens(arrival.generatedTokens())
                .setSampling(SamplingParameters.newBuilder()
                        .setTemperature(0)
                        .setIgnoreEnd(true)
                        .setSeed(seed));
        for (int i = 0; i < arrival.promptTokens(); i++) {
            request.addPromptTokenIds(random.nextInt(model.vocabularySize()));
        }
        return request.build();
    }

    @Override
    public synchronized void generated(GenerateEvent event) {
        long now = System.nanoTime();
        for (int i = 0; i < event.getTokenIdsCount(); i++) {
            tokenTimes.add(now);
        }
    }

    @Override
    public synchronized void finished(RequestReport last) {
        report = last;
        running.countDown();
    }

    synchronized int tokens() {
        return tokenTimes.size();
    }

    /**
     * The times since {@code startNanos}.
     *
     * @throws IllegalStateException if the request failed
     */
    synchronized RequestTiming timing(long startNanos) {
        if (report != null && report.hasFailure()) {
            throw new IllegalStateException("%s request %d of %d and %d tokens failed after %d tokens: %s"
                    .formatted(
                            trace,
                            number,
                            arrival.promptTokens(),
                            arrival.generatedTokens(),
                            tokenTimes.size(),
                            report.getFailure().getMessage()));
        }
        return new RequestTiming(
                arrival, tokenTimes.stream().map(nanos -> nanos - startNanos).toList());
    }
}
