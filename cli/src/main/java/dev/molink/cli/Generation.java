package dev.molink.cli;

import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.pipeline.LocalPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** One request to a local pipeline: its ids as they come, and its end. */
final class Generation implements LocalPipeline.Listener {

    private final List<Integer> tokenIds = new ArrayList<>(); // guarded by this
    private final Consumer<List<Integer>> progress;
    private final CompletableFuture<RequestReport> end = new CompletableFuture<>();

    private Generation(Consumer<List<Integer>> progress) {
        this.progress = progress;
    }

    /**
     * Runs a request to its end.
     *
     * @param progress gets new ids as they come, on the head's thread
     * @throws IllegalArgumentException when the head refused or failed it, with the head's sentence
     */
    static Result run(LocalPipeline pipeline, GenerateRequest request, Consumer<List<Integer>> progress)
            throws InterruptedException {
        Generation generation = new Generation(progress);
        pipeline.submit(request, generation);
        RequestReport report = generation.await();
        if (report.hasFailure()) {
            throw new IllegalArgumentException(report.getFailure().getMessage());
        }
        return new Result(generation.tokenIds(), report);
    }

    /** The ids of choice 0 and the head's report. */
    record Result(List<Integer> tokenIds, RequestReport report) {

        /** The finish reason as the OpenAI API spells it. */
        String finishReason() {
            return report.getFinish(0) == FinishReason.FINISH_REASON_STOP ? "stop" : "length";
        }
    }

    private RequestReport await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the local pipeline ended the request: " + e.getMessage(), e);
        }
    }

    private synchronized List<Integer> tokenIds() {
        return List.copyOf(tokenIds);
    }

    @Override
    public synchronized void generated(GenerateEvent event) {
        tokenIds.addAll(event.getTokenIdsList());
        progress.accept(event.getTokenIdsList());
    }

    @Override
    public void finished(RequestReport report) {
        end.complete(report);
    }
}
