package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.replay.Driven;
import dev.molink.stagenode.replay.Recorder;
import dev.molink.stagenode.replay.SchedulerEvent;
import dev.molink.stagenode.scheduling.PipelineFacts;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.scheduling.SchedulerStatus;
import dev.molink.stagenode.scheduling.SequenceUpdate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The head's side of one formed pipeline: its scheduler, and the rules that depend on its model. */
final class Formation {

    private final PipelineShape shape;
    private final SchedulerSettings settings;
    private final Driven<Scheduler> scheduler;
    private final Translation translation;
    private final Admission admission;

    /** When each step in flight was handed out, oldest first. */
    private final Map<Long, Long> handedOutNanos = new LinkedHashMap<>();

    private long steps;

    Formation(PipelineShape shape, SchedulerSettings settings, Recorder recorder) {
        this.shape = shape;
        this.settings = settings;
        PipelineFacts facts = new PipelineFacts(
                shape.epoch(),
                shape.stages(),
                shape.kvGroups(),
                shape.hiddenSize(),
                shape.wire().codec(),
                shape.wire().links());
        this.scheduler = new Driven<>(new Scheduler(settings, facts), recorder.scheduler(settings, facts));
        int longestSequence =
                Math.min(shape.model().getMaxModelLen(), scheduler.machine().longestSequence());
        this.translation = new Translation(shape.model(), longestSequence);
        this.admission = new Admission(shape.model(), longestSequence);
    }

    PipelineShape shape() {
        return shape;
    }

    SchedulerStatus status() {
        return scheduler.take(new SchedulerEvent.StatusAsked());
    }

    /** Steps that were handed out. */
    long steps() {
        return steps;
    }

    Optional<Failure> refusal(GenerateRequest asked) {
        return admission.refusal(asked).or(() -> refuseForLackOfRoom(asked));
    }

    /** Why a request that could run has no room at present. */
    Optional<Failure> refuseForLackOfRoom(GenerateRequest asked) {
        if (asked.getChoices() <= scheduler.machine().waitingRoom()) {
            return Optional.empty();
        }
        SchedulerStatus status = status();
        return Optional.of(Failure.newBuilder()
                .setCode(FailureCode.FAILURE_CODE_OVERLOADED)
                .setMessage("%d sequences run and %d wait; %d may wait"
                        .formatted(status.runningSequences(), status.waitingSequences(), settings.maxWaiting()))
                .build());
    }

    /** How a resubmitted request ended, if its generated ids show that it did. */
    Optional<FinishReason> overAlready(GenerateRequest asked) {
        int generated = asked.getGeneratedTokenIdsCount();
        if (generated == 0) {
            return Optional.empty();
        }
        if (translation.stopTokenIds(asked).contains(asked.getGeneratedTokenIds(generated - 1))) {
            return Optional.of(FinishReason.FINISH_REASON_STOP);
        }
        return asked.getPromptTokenIdsCount() + generated >= translation.maxTokens(asked)
                ? Optional.of(FinishReason.FINISH_REASON_LENGTH)
                : Optional.empty();
    }

    void add(Request request, long seed, @Nullable String grammar) {
        scheduler.take(new SchedulerEvent.RequestCame(translation.spec(request, seed, grammar)));
    }

    List<SequenceUpdate> tick(long nowNanos) {
        return scheduler.take(new SchedulerEvent.TimePassed(nowNanos));
    }

    List<SequenceUpdate> end(long sequenceId) {
        return scheduler.take(new SchedulerEvent.SequenceEnded(sequenceId));
    }

    List<SequenceUpdate> complete(StepOutcome outcome) {
        handedOutNanos.remove(outcome.stepId());
        return scheduler.take(new SchedulerEvent.StepEnded(outcome));
    }

    void report(StageReport report) {
        scheduler.take(new SchedulerEvent.StageReported(report));
    }

    /** Hands out the plans that are due now. */
    void takePlans(long nowNanos, Consumer<StepPlan> plans) {
        for (Optional<StepPlan> plan = nextPlan(); plan.isPresent(); plan = nextPlan()) {
            handedOutNanos.put(plan.get().stepId(), nowNanos);
            steps++;
            plans.accept(plan.get());
        }
    }

    private Optional<StepPlan> nextPlan() {
        return scheduler.take(new SchedulerEvent.PlanAsked());
    }

    /** The oldest step, if it was handed out before {@code limitNanos} and has no outcome. */
    Optional<Long> overdueStep(long limitNanos) {
        return handedOutNanos.entrySet().stream()
                .findFirst()
                .filter(step -> step.getValue() - limitNanos < 0)
                .map(Map.Entry::getKey);
    }
}
