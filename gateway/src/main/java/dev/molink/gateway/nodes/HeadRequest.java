package dev.molink.gateway.nodes;

import dev.molink.controlplane.fleet.ServingPipeline;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request that a head works on, as the gateway sees it. Written by the thread of the node's stream, read by the thread
 * that answers the client; all state is guarded by this object's monitor.
 */
public final class HeadRequest {

    private final GenerateRequest request;
    private final ServingPipeline pipeline;
    private final int prompt;
    private final GenerationInbox inbox;
    private final Clock clock;
    private final Instant submittedAt;
    private final int[] received;
    private final FinishReason[] finish;
    private final CompletableFuture<Integer> delivered = new CompletableFuture<>();
    private volatile @Nullable Long coveredTokens;
    private volatile @Nullable Instant admittedAt;
    private int scoredPromptIds;
    private @Nullable Instant firstTokenAt;
    private boolean ended;

    HeadRequest(GenerateRequest request, ServingPipeline pipeline, int prompt, GenerationInbox inbox, Clock clock) {
        this.request = request;
        this.pipeline = pipeline;
        this.prompt = prompt;
        this.inbox = inbox;
        this.clock = clock;
        this.submittedAt = clock.instant();
        this.received = new int[request.getChoices()];
        this.finish = new FinishReason[request.getChoices()];
        Arrays.fill(finish, FinishReason.FINISH_REASON_UNSPECIFIED);
    }

    public String requestId() {
        return request.getRequestId();
    }

    public GenerateRequest request() {
        return request;
    }

    public ServingPipeline pipeline() {
        return pipeline;
    }

    public Instant submittedAt() {
        return submittedAt;
    }

    /** Ids that arrived so far, of all choices together. */
    public synchronized int receivedTokens() {
        return Arrays.stream(received).sum();
    }

    /** What the gateway itself knows, for the time when the head can no longer tell. */
    public synchronized Sighting sighting() {
        return new Sighting(
                Arrays.stream(received).boxed().toList(),
                List.of(finish.clone()),
                submittedAt,
                firstTokenAt,
                clock.instant());
    }

    /**
     * The most generated ids, over all choices, that its lease covered: never are more charged. Null until its answer is
     * over.
     */
    public @Nullable Long coveredTokens() {
        return coveredTokens;
    }

    /** When its lease began, by the database's clock; null until its answer is over. */
    public @Nullable Instant admittedAt() {
        return admittedAt;
    }

    /** What became of its lease; told when the answer is over, before {@link #delivered} completes. */
    public void covered(long tokens, Instant admitted) {
        coveredTokens = tokens;
        admittedAt = admitted;
    }

    /** Completes once, with the number of ids whose text reached the client. */
    public CompletableFuture<Integer> delivered() {
        return delivered;
    }

    synchronized void accept(GenerateEvent event) {
        int choice = event.getChoice();
        if (ended || choice < 0 || choice >= received.length) {
            return;
        }
        acceptPromptScores(event.getPromptLogprobsList());
        int known = received[choice] - event.getIndex();
        if (known < 0 || known > event.getTokenIdsCount()) {
            if (known < 0) {
                lose("ids %d to %d of choice %d are missing".formatted(received[choice], event.getIndex() - 1, choice));
            }
            return;
        }
        if (firstTokenAt == null && event.getTokenIdsCount() > 0) {
            firstTokenAt = clock.instant();
        }
        List<TokenLogprobs> logprobs = List.of();
        if (request.getSampling().hasLogprobs()) {
            if (event.getLogprobsCount() != event.getTokenIdsCount()) {
                lose("%d ids of choice %d came with %d log-probabilities"
                        .formatted(event.getTokenIdsCount(), choice, event.getLogprobsCount()));
                return;
            }
            logprobs = event.getLogprobsList().subList(known, event.getLogprobsCount());
        }
        List<Integer> fresh = event.getTokenIdsList().subList(known, event.getTokenIdsCount());
        received[choice] += fresh.size();
        finish[choice] = event.getFinish();
        inbox.tokens(prompt, choice, fresh, logprobs, event.getFinish());
    }

    /** Never more than the prompt has ids, whatever the head sends. */
    private void acceptPromptScores(List<TokenLogprobs> scores) {
        int taken = Math.min(scores.size(), request.getPromptTokenIdsCount() - 1 - scoredPromptIds);
        if (request.hasPromptLogprobs() && taken > 0) {
            scoredPromptIds += taken;
            inbox.scored(prompt, List.copyOf(scores.subList(0, taken)));
        }
    }

    synchronized void end(RequestReport report) {
        if (!ended) {
            ended = true;
            inbox.ended(new GenerationInbox.Arrival.Ended(prompt, report));
        }
    }

    synchronized void lose(String reason) {
        if (!ended) {
            ended = true;
            inbox.ended(new GenerationInbox.Arrival.Lost(prompt, reason));
        }
    }

    /**
     * @param generatedTokens ids received, per choice
     * @param firstTokenAt null when none arrived
     */
    public record Sighting(
            List<Integer> generatedTokens,
            List<FinishReason> finish,
            Instant submittedAt,
            @Nullable Instant firstTokenAt,
            Instant lastSeenAt) {

        /** The same by another clock; null: by this one. */
        public Sighting begunAt(@Nullable Instant begin) {
            if (begin == null) {
                return this;
            }
            Duration ahead = Duration.between(submittedAt, begin);
            return new Sighting(
                    generatedTokens,
                    finish,
                    begin,
                    firstTokenAt == null ? null : firstTokenAt.plus(ahead),
                    lastSeenAt.plus(ahead));
        }
    }
}
