package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The head's work without its thread: requests come and go, formations come and go, and each request gets exactly one
 * report. Owned by one thread.
 */
final class HeadDesk {

    private static final Logger log = LoggerFactory.getLogger(HeadDesk.class);

    private final HeadSettings settings;
    private final HeadClock clock;
    private final LongSupplier seeds;
    private final Consumer<StepPlan> plans;
    private final HeadListener listener;
    private final Map<String, Request> requests = new HashMap<>();
    private final Map<Long, Request> bySequence = new HashMap<>();
    private @Nullable Formation formation;
    private long lastEpoch = -1;
    private long nextSequenceId;

    /**
     * @param seeds seeds of requests that bring none
     * @param plans takes each plan for the head's own stage
     */
    HeadDesk(
            HeadSettings settings,
            HeadClock clock,
            LongSupplier seeds,
            Consumer<StepPlan> plans,
            HeadListener listener) {
        this.settings = settings;
        this.clock = clock;
        this.seeds = seeds;
        this.plans = plans;
        this.listener = listener;
    }

    HeadStatus status() {
        return formation == null ? HeadStatus.IDLE : formation.status();
    }

    void formed(PipelineShape shape) {
        if (shape.epoch() <= lastEpoch) {
            log.warn(
                    "pipeline {}: formation {} is not newer than {}, ignored",
                    shape.pipeline(),
                    shape.epoch(),
                    lastEpoch);
            return;
        }
        lost("pipeline %s was formed anew".formatted(shape.pipeline()));
        lastEpoch = shape.epoch();
        formation = new Formation(shape, settings.scheduler());
    }

    /** The pipeline of {@code epoch} serves no longer; nothing happens if another stands. */
    void lost(long epoch, String reason) {
        if (formation != null && formation.shape().epoch() == epoch) {
            lost(reason);
        }
    }

    private void lost(String reason) {
        Formation over = formation;
        if (over == null) {
            return;
        }
        for (Request request : List.copyOf(requests.values())) {
            finish(request, FinishReason.FINISH_REASON_FAILED, failure(FailureCode.FAILURE_CODE_STAGE_LOST, reason));
        }
        formation = null;
    }

    /** Takes a request, or refuses it with its report. One that is running already is ignored. */
    void submit(GenerateRequest asked, long receivedUnixNanos) {
        if (requests.containsKey(asked.getRequestId())) {
            log.warn("request {} came again while it is running, ignored", asked.getRequestId());
            return;
        }
        Formation current = formation;
        if (current == null) {
            refuse(asked, receivedUnixNanos, failure(FailureCode.FAILURE_CODE_NO_PIPELINE, "no pipeline is formed"));
            return;
        }
        Optional<Failure> refusal = current.refusal(asked).or(this::refuseForLackOfRoom);
        if (refusal.isPresent()) {
            refuse(asked, receivedUnixNanos, refusal.get());
            return;
        }
        accept(asked, receivedUnixNanos, current);
        pump();
    }

    private Optional<Failure> refuseForLackOfRoom() {
        return listener.hasRoom(requests.size())
                ? Optional.empty()
                : Optional.of(failure(
                        FailureCode.FAILURE_CODE_OVERLOADED, "the journal has no room for another request's report"));
    }

    private void refuse(GenerateRequest asked, long receivedUnixNanos, Failure failure) {
        report(refusal(asked, formation, receivedUnixNanos, clock.unixNanos(), failure));
    }

    /** The report of a request that never ran. */
    static RequestReport refusal(
            GenerateRequest asked,
            @Nullable Formation formation,
            long receivedUnixNanos,
            long finishedUnixNanos,
            Failure failure) {
        int choices = Math.clamp(asked.getChoices(), 1, Admission.MAX_CHOICES);
        Request refused = new Request(asked.toBuilder().setChoices(choices).build(), 0, receivedUnixNanos);
        PipelineShape shape = formation == null ? null : formation.shape();
        return refused.report(shape, FinishReason.FINISH_REASON_FAILED, failure, finishedUnixNanos);
    }

    private void accept(GenerateRequest asked, long receivedUnixNanos, Formation current) {
        Request request = new Request(asked, nextSequenceId, receivedUnixNanos);
        nextSequenceId += request.choices();
        requests.put(request.id(), request);
        Optional<FinishReason> over = current.overAlready(asked);
        if (over.isPresent()) {
            request.choiceEnded(0, over.get());
            finish(request, over.get(), null);
            return;
        }
        long seed = asked.getSampling().hasSeed() ? asked.getSampling().getSeed() : seeds.getAsLong();
        for (int choice = 0; choice < request.choices(); choice++) {
            bySequence.put(request.sequenceId(choice), request);
        }
        current.add(asked, request.sequenceId(0), seed);
    }

    /** Ends a request for its client; one that is not running is ignored. */
    void cancel(CancelRequest cancel) {
        Request request = requests.get(cancel.getRequestId());
        if (request != null) {
            finish(request, FinishReason.FINISH_REASON_CANCELLED, null);
            pump();
        }
    }

    /** Takes the end of a step; one of another epoch is dropped. */
    void outcome(StepOutcome outcome) {
        Formation current = formation;
        if (current == null || current.shape().epoch() != outcome.epoch()) {
            return;
        }
        current.complete(outcome, this::generated, this::broken);
        pump();
    }

    private void generated(long sequenceId, int tokenId, FinishReason ending) {
        Request request = bySequence.get(sequenceId);
        if (request == null) {
            return;
        }
        int choice = request.choiceOf(sequenceId);
        int index = request.sampled(choice, clock.unixNanos());
        listener.generated(Events.generated(request.id(), choice, index, tokenId, ending));
        if (ending != FinishReason.FINISH_REASON_UNSPECIFIED) {
            bySequence.remove(sequenceId);
            request.choiceEnded(choice, ending);
            if (!request.goesOn()) {
                finish(request, ending, null);
            }
        }
    }

    /** A failed choice fails its request. */
    private void broken(long sequenceId, Failure failure) {
        Request request = bySequence.get(sequenceId);
        if (request != null) {
            log.warn("request {} failed: {}", request.id(), failure.getMessage());
            finish(request, FinishReason.FINISH_REASON_FAILED, failure);
        }
    }

    private void finish(Request request, FinishReason reason, @Nullable Failure failure) {
        requests.remove(request.id());
        for (int choice = 0; choice < request.choices(); choice++) {
            bySequence.remove(request.sequenceId(choice));
            if (formation != null) {
                formation.end(request.sequenceId(choice));
            }
        }
        PipelineShape shape = formation == null ? null : formation.shape();
        report(request.report(shape, reason, failure, clock.unixNanos()));
    }

    /** A listener that throws must not keep the other requests from their reports. */
    private void report(RequestReport report) {
        try {
            listener.finished(report);
        } catch (RuntimeException e) {
            log.error("the report of request {} was not taken", report.getRequestId(), e);
        }
    }

    /** Hands out every plan that is due. */
    private void pump() {
        Formation current = formation;
        if (current == null) {
            return;
        }
        List<StepPlan> due = new ArrayList<>();
        current.takePlans(clock.nanos(), due::add);
        due.forEach(plans);
    }

    /** Gives the pipeline up when a step has been without an outcome for too long. */
    void checkDeadlines() {
        Formation current = formation;
        if (current == null) {
            return;
        }
        Optional<Long> overdue =
                current.overdueStep(clock.nanos() - settings.stepTimeout().toNanos());
        if (overdue.isPresent()) {
            String reason = "step %d had no outcome within %d s"
                    .formatted(overdue.get(), settings.stepTimeout().toSeconds());
            lost(reason);
            listener.pipelineBroken(current.shape().epoch(), reason);
        }
    }

    /** Reports every request that is left, because the head stops. */
    void stop() {
        lost("the head stops");
    }

    private static Failure failure(FailureCode code, String message) {
        return Failure.newBuilder().setCode(code).setMessage(message).build();
    }
}
