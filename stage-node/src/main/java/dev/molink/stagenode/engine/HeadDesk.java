package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.engine.Request.Arrival;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.SequenceUpdate;
import dev.molink.stagenode.scheduling.SequenceUpdate.Broken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Cause;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import dev.molink.stagenode.scheduling.SequenceUpdate.PromptScored;
import dev.molink.stagenode.scheduling.SequenceUpdate.Released;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
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
    private final StructureRequests structures;

    /** Until their reports, those that are over included. */
    private final Map<String, Request> requests = new HashMap<>();

    /** Until the sequence has left the pipeline. */
    private final Map<Long, Request> bySequence = new HashMap<>();

    /** Those whose structure is being compiled. */
    private final Map<String, Request> compiling = new LinkedHashMap<>();

    /** What the step that just ended gave, while nobody was told of it. */
    private final List<GenerateEvent> untold = new ArrayList<>();

    private final NavigableMap<Integer, StageReport> stageReports = new TreeMap<>();
    private @Nullable Formation formation;
    private long lastEpoch = -1;
    private long nextSequenceId;

    /** Compiles the structures of requests; results come back to {@link #compiled}. */
    @FunctionalInterface
    interface StructureRequests {
        void compile(GenerateRequest request, long epoch);
    }

    /**
     * @param seeds seeds of requests that bring none
     * @param plans takes each plan for the head's own stage
     */
    HeadDesk(
            HeadSettings settings,
            HeadClock clock,
            LongSupplier seeds,
            Consumer<StepPlan> plans,
            HeadListener listener,
            StructureRequests structures) {
        this.settings = settings;
        this.clock = clock;
        this.seeds = seeds;
        this.plans = plans;
        this.listener = listener;
        this.structures = structures;
    }

    HeadStatus status() {
        return formation == null ? HeadStatus.IDLE : HeadStatus.of(formation.status());
    }

    /** How the pipeline runs; empty while none is formed. */
    Optional<dev.molink.proto.node.v1.EngineFigures> figures() {
        return formation == null
                ? Optional.empty()
                : Optional.of(Figures.of(formation, List.copyOf(stageReports.values())));
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
        formation = new Formation(shape, settings.scheduler(), settings.recorder());
    }

    /** Takes what a stage of the standing formation has measured. */
    void stageReport(StageReport report) {
        stageReports.values().removeIf(kept -> kept.epoch() < report.epoch());
        if (formation != null && formation.shape().epoch() == report.epoch()) {
            stageReports.put(report.stage(), report);
            formation.report(report);
        }
    }

    List<StageReport> stageReports() {
        return List.copyOf(stageReports.values());
    }

    /** The pipeline of {@code epoch} serves no longer; nothing happens if another stands. */
    void lost(long epoch, String reason) {
        if (formation != null && formation.shape().epoch() == epoch) {
            lost(reason);
        }
    }

    private void lost(String reason) {
        if (formation == null) {
            return;
        }
        for (Request request : List.copyOf(requests.values())) {
            if (!request.isOver()) {
                Failure failure = failure(FailureCode.FAILURE_CODE_STAGE_LOST, reason);
                request.over(FinishReason.FINISH_REASON_FAILED, failure, clock.unixNanos());
            }
            report(request);
        }
        formation = null;
    }

    /** Takes a request, or refuses it with its report. One that is running already is ignored. */
    void submit(GenerateRequest asked, Arrival arrival) {
        if (requests.containsKey(asked.getRequestId())) {
            log.warn("request {} came again while it is running, ignored", asked.getRequestId());
            return;
        }
        Formation current = formation;
        if (current == null) {
            refuse(asked, arrival, failure(FailureCode.FAILURE_CODE_NO_PIPELINE, "no pipeline is formed"));
            return;
        }
        Optional<Failure> refusal = current.refusal(asked).or(this::refuseForLackOfRoom);
        if (refusal.isPresent()) {
            refuse(asked, arrival, refusal.get());
            return;
        }
        accept(asked, arrival, current);
        pump();
    }

    private Optional<Failure> refuseForLackOfRoom() {
        return listener.hasRoom(requests.size())
                ? Optional.empty()
                : Optional.of(failure(
                        FailureCode.FAILURE_CODE_OVERLOADED, "the journal has no room for another request's report"));
    }

    private void refuse(GenerateRequest asked, Arrival arrival, Failure failure) {
        hand(refusal(asked, formation, arrival, clock.unixNanos(), failure));
    }

    /** The report of a request that never ran. */
    static RequestReport refusal(
            GenerateRequest asked,
            @Nullable Formation formation,
            Arrival arrival,
            long finishedUnixNanos,
            Failure failure) {
        int choices = Math.clamp(asked.getChoices(), 1, Admission.MAX_CHOICES);
        Request refused = new Request(asked.toBuilder().setChoices(choices).build(), 0, arrival);
        refused.over(FinishReason.FINISH_REASON_FAILED, failure, finishedUnixNanos);
        return refused.report(formation == null ? null : formation.shape());
    }

    private void accept(GenerateRequest asked, Arrival arrival, Formation current) {
        Request request = new Request(asked, nextSequenceId, arrival);
        nextSequenceId += request.choices();
        requests.put(request.id(), request);
        Optional<FinishReason> over = current.overAlready(asked);
        if (over.isPresent()) {
            request.choiceEnded(0, over.get());
            finish(request, over.get(), null);
        } else if (asked.hasStructure()) {
            compiling.put(request.id(), request);
            structures.compile(asked, current.shape().epoch());
        } else {
            start(request, current, null);
        }
    }

    private void start(Request request, Formation current, @Nullable String grammar) {
        for (int choice = 0; choice < request.choices(); choice++) {
            bySequence.put(request.sequenceId(choice), request);
        }
        request.started();
        current.add(request, seeds.getAsLong(), grammar);
    }

    /** Takes what became of a request's structure; of a request that is not waiting for it: nothing. */
    void compiled(String requestId, StructureCompiler.Result result) {
        Request request = compiling.remove(requestId);
        Formation current = formation;
        if (request == null || current == null) {
            return;
        }
        switch (result) {
            case StructureCompiler.Result.Refused(Failure failure) ->
                finish(request, FinishReason.FINISH_REASON_FAILED, failure);
            case StructureCompiler.Result.Ready(String grammar) ->
                current.refuseForLackOfRoom(request.asked())
                        .ifPresentOrElse(
                                full -> finish(request, FinishReason.FINISH_REASON_FAILED, full),
                                () -> start(request, current, grammar));
        }
        pump();
    }

    /** Ends a request for its client; one that is not running is ignored. */
    void cancel(CancelRequest cancel) {
        Request request = requests.get(cancel.getRequestId());
        if (request != null && !request.isOver()) {
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
        current.complete(outcome).forEach(this::update);
        // The stages compute on while the gateways are told.
        pump();
        tell();
    }

    private void tell() {
        if (!untold.isEmpty()) {
            List<GenerateEvent> events = List.copyOf(untold);
            untold.clear();
            listener.generated(events);
        }
    }

    private void update(SequenceUpdate update) {
        Request request = bySequence.get(update.sequenceId());
        if (request == null) {
            return;
        }
        switch (update) {
            case Generated token -> generated(request, token);
            case PromptScored prompt -> untold.add(Events.promptScored(request.id(), prompt.logprobs()));
            case Broken failed -> broken(request, failed);
            case Released released -> released(request, released);
        }
    }

    private void generated(Request request, Generated token) {
        if (request.isOver()) {
            return;
        }
        int choice = request.choiceOf(token.sequenceId());
        int index = request.sampled(choice, clock.unixNanos());
        untold.add(Events.generated(request.id(), choice, index, token));
        if (token.ending() != null) {
            request.choiceEnded(choice, Events.reason(token.ending()));
            if (!request.goesOn()) {
                finish(request, Events.reason(token.ending()), null);
            }
        }
    }

    /** A failed choice fails its request. */
    private void broken(Request request, Broken failed) {
        if (!request.isOver()) {
            log.warn("request {} failed: {}", request.id(), failed.reason());
            finish(request, FinishReason.FINISH_REASON_FAILED, failure(code(failed.cause()), failed.reason()));
        }
    }

    private static FailureCode code(Cause cause) {
        return switch (cause) {
            case BAD_LOGITS -> FailureCode.FAILURE_CODE_BAD_LOGITS;
            case STEP_FAILED -> FailureCode.FAILURE_CODE_INTERNAL;
            case QUEUE_TIMEOUT -> FailureCode.FAILURE_CODE_QUEUE_TIMEOUT;
            case DEADLINE -> FailureCode.FAILURE_CODE_DEADLINE;
        };
    }

    private void released(Request request, Released update) {
        bySequence.remove(update.sequenceId());
        request.released(update);
        if (request.isOver() && request.hasLeftThePipeline()) {
            report(request);
        }
    }

    /** The client gets nothing more; the report follows when nothing more is computed for the request. */
    private void finish(Request request, FinishReason reason, @Nullable Failure failure) {
        request.over(reason, failure, clock.unixNanos());
        if (request.hasLeftThePipeline()) {
            report(request);
            return;
        }
        for (int choice = 0; choice < request.choices(); choice++) {
            if (formation != null) {
                formation.end(request.sequenceId(choice)).forEach(this::update);
            }
        }
    }

    private void report(Request request) {
        tell();
        requests.remove(request.id());
        compiling.remove(request.id());
        for (int choice = 0; choice < request.choices(); choice++) {
            bySequence.remove(request.sequenceId(choice));
        }
        hand(request.report(formation == null ? null : formation.shape()));
    }

    /** A listener that throws must not keep the other requests from their reports. */
    private void hand(RequestReport report) {
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

    /** Tells the scheduler the time; called before every event. Requests whose time is over end. */
    void tick() {
        Formation current = formation;
        if (current == null) {
            return;
        }
        long now = clock.nanos();
        current.tick(now).forEach(this::update);
        for (Request request : List.copyOf(compiling.values())) {
            expire(request, now);
        }
    }

    /** While its structure is compiled, a request is in no scheduler that would watch its time. */
    private void expire(Request request, long now) {
        if (Translation.limits(request).endNanos() <= now) {
            String reason = "the structure was not compiled before the request's time was over";
            finish(request, FinishReason.FINISH_REASON_FAILED, failure(FailureCode.FAILURE_CODE_DEADLINE, reason));
        } else if (Translation.limits(request).admissionNanos() <= now) {
            String reason = "the structure was not compiled within the time that the request may wait";
            finish(request, FinishReason.FINISH_REASON_FAILED, failure(FailureCode.FAILURE_CODE_QUEUE_TIMEOUT, reason));
        }
    }

    /** Hands out what became due by time alone, and gives the pipeline up when a step has no outcome for too long. */
    void checkTime() {
        pump();
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

    /** Whether anything waits for time to pass. */
    boolean isBusy() {
        return !requests.isEmpty();
    }

    /** Reports every request that is left, because the head stops. */
    void stop() {
        lost("the head stops");
    }

    private static Failure failure(FailureCode code, String message) {
        return Failure.newBuilder().setCode(code).setMessage(message).build();
    }
}
