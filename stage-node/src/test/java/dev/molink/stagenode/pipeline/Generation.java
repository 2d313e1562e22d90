package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One greedy generation and what came of it. */
final class Generation implements LocalPipeline.Listener {

    private final List<Integer> tokenIds = new ArrayList<>();
    private final CompletableFuture<RequestReport> report = new CompletableFuture<>();
    private final CountDownLatch started = new CountDownLatch(1);

    static GenerateRequest request(String id, List<Integer> prompt, int maxTokens) {
        return GenerateRequest.newBuilder()
                .setRequestId(id)
                .addAllPromptTokenIds(prompt)
                .setMaxTokens(maxTokens)
                .setChoices(1)
                .setSampling(SamplingParameters.newBuilder().setTemperature(0).setIgnoreEnd(true))
                .build();
    }

    @Override
    public synchronized void generated(GenerateEvent event) {
        tokenIds.addAll(event.getTokenIdsList());
        started.countDown();
    }

    @Override
    public void finished(RequestReport last) {
        report.complete(last);
    }

    void awaitFirstToken() throws InterruptedException {
        if (!started.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("no token came within 30 s");
        }
    }

    RequestReport report() throws Exception {
        return report.get(60, TimeUnit.SECONDS);
    }

    synchronized List<Integer> tokenIds() {
        return List.copyOf(tokenIds);
    }
}
