package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.PipelineFacts;
import dev.molink.stagenode.scheduling.Priority;
import dev.molink.stagenode.scheduling.RequestSpec;
import dev.molink.stagenode.scheduling.RequestSpec.TimeLimits;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.scheduling.SchedulerStatus;
import dev.molink.stagenode.scheduling.SequenceUpdate.Broken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import dev.molink.stagenode.scheduling.SequenceUpdate.PromptScored;
import dev.molink.stagenode.scheduling.SequenceUpdate.Released;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The head's side of one formed pipeline: its scheduler, and the rules that depend on its model. */
final class Formation {

    /** Takes a sampled id; {@code ending} is unspecified while the sequence goes on. */
    @FunctionalInterface
    interface GeneratedConsumer {
        void accept(long sequenceId, int tokenId, FinishReason ending);
    }

    private final PipelineShape shape;
    private final SchedulerSettings settings;
    private final Scheduler scheduler;
    private final int longestSequence;
    private final Admission admission;

    /** When each step in flight was handed out, oldest first. */
    private final Map<Long, Long> handedOutNanos = new LinkedHashMap<>();

    Formation(PipelineShape shape, SchedulerSettings settings) {
        this.shape = shape;
        this.settings = settings;
        this.scheduler = new Scheduler(
                settings,
                new PipelineFacts(
                        shape.epoch(),
                        shape.stages(),
                        shape.kvGroups(),
                        shape.hiddenSize(),
                        (long) shape.hiddenSize() * Float.BYTES));
        this.longestSequence = Math.min(shape.model().getMaxModelLen(), scheduler.longestSequence());
        this.admission = new Admission(shape.model(), longestSequence);
    }

    PipelineShape shape() {
        return shape;
    }

    HeadStatus status() {
        SchedulerStatus now = scheduler.status();
        return new HeadStatus(
                now.kvGroups().getFirst().usedBlocks(),
                now.kvGroups().getFirst().blocks(),
                now.runningSequences(),
                now.waitingSequences());
    }

    Optional<Failure> refusal(GenerateRequest asked) {
        return admission.refusal(asked).or(() -> refuseForLackOfRoom(asked));
    }

    private Optional<Failure> refuseForLackOfRoom(GenerateRequest asked) {
        if (asked.getChoices() <= scheduler.waitingRoom()) {
            return Optional.empty();
        }
        SchedulerStatus now = scheduler.status();
        return Optional.of(Failure.newBuilder()
                .setCode(FailureCode.FAILURE_CODE_OVERLOADED)
                .setMessage("%d sequences run and %d wait; %d may wait"
                        .formatted(now.runningSequences(), now.waitingSequences(), settings.maxWaiting()))
                .build());
    }

    /** How a resubmitted request ended, if its generated ids show that it did. */
    Optional<FinishReason> overAlready(GenerateRequest asked) {
        int generated = asked.getGeneratedTokenIdsCount();
        if (generated == 0) {
            return Optional.empty();
        }
        if (stopTokenIds(asked).contains(asked.getGeneratedTokenIds(generated - 1))) {
            return Optional.of(FinishReason.FINISH_REASON_STOP);
        }
        return asked.getPromptTokenIdsCount() + generated >= maxTokens(asked)
                ? Optional.of(FinishReason.FINISH_REASON_LENGTH)
                : Optional.empty();
    }

    /** Adds all choices of a request; their sequences are numbered from {@code firstSequenceId} on. */
    void add(GenerateRequest asked, long firstSequenceId, long seed) {
        scheduler.add(new RequestSpec(
                asked.getRequestId(),
                firstSequenceId,
                asked.getChoices(),
                asked.getPromptTokenIdsList(),
                asked.getGeneratedTokenIdsList(),
                maxTokens(asked),
                RequestSpec.Sampling.free(sampling(asked, seed)),
                asked.getPriority() == dev.molink.proto.node.v1.Priority.PRIORITY_BATCH
                        ? Priority.BATCH
                        : Priority.INTERACTIVE,
                asked.getCacheSalt().toString(StandardCharsets.ISO_8859_1),
                TimeLimits.NONE));
    }

    private int maxTokens(GenerateRequest asked) {
        return (int) Math.min(longestSequence, (long) asked.getPromptTokenIdsCount() + asked.getMaxTokens());
    }

    private SamplingParameters sampling(GenerateRequest asked, long seed) {
        dev.molink.proto.node.v1.SamplingParameters given = asked.getSampling();
        return new SamplingParameters(
                given.hasTemperature() ? given.getTemperature() : 1,
                new Filters(
                        Math.max(0, given.getTopK()),
                        given.hasTopP() ? given.getTopP() : 1,
                        given.getMinP(),
                        given.hasTypicalP() ? given.getTypicalP() : 1),
                new Penalties(
                        given.hasRepetitionPenalty() ? given.getRepetitionPenalty() : 1,
                        given.getFrequencyPenalty(),
                        given.getPresencePenalty()),
                new TokenRules(
                        given.getLogitBiasMap(),
                        given.getAllowedTokenIdsList(),
                        List.copyOf(stopTokenIds(asked)),
                        given.getMinTokens()),
                seed,
                given.hasLogprobs() ? given.getLogprobs() : SamplingParameters.NO_LOGPROBS);
    }

    private Set<Integer> stopTokenIds(GenerateRequest asked) {
        Set<Integer> ids = new LinkedHashSet<>(asked.getSampling().getStopTokenIdsList());
        if (!asked.getSampling().getIgnoreEnd()) {
            ids.addAll(shape.model().getEndTokenIdsList());
        }
        return ids;
    }

    void end(long sequenceId) {
        scheduler.end(sequenceId);
    }

    void complete(StepOutcome outcome, GeneratedConsumer generated, BiConsumer<Long, Failure> broken) {
        handedOutNanos.remove(outcome.stepId());
        scheduler.complete(outcome).forEach(update -> {
            switch (update) {
                case Generated token -> generated.accept(token.sequenceId(), token.tokenId(), reason(token.ending()));
                case Broken failed -> broken.accept(failed.sequenceId(), failure(failed));
                case PromptScored _, Released _ -> {}
            }
        });
    }

    private static FinishReason reason(@Nullable Ending ending) {
        return switch (ending) {
            case null -> FinishReason.FINISH_REASON_UNSPECIFIED;
            case STOP -> FinishReason.FINISH_REASON_STOP;
            case LENGTH -> FinishReason.FINISH_REASON_LENGTH;
        };
    }

    private static Failure failure(Broken broken) {
        FailureCode code = switch (broken.cause()) {
            case BAD_LOGITS -> FailureCode.FAILURE_CODE_BAD_LOGITS;
            case STEP_FAILED -> FailureCode.FAILURE_CODE_INTERNAL;
            case QUEUE_TIMEOUT -> FailureCode.FAILURE_CODE_QUEUE_TIMEOUT;
            case DEADLINE -> FailureCode.FAILURE_CODE_DEADLINE;
        };
        return Failure.newBuilder().setCode(code).setMessage(broken.reason()).build();
    }

    /** Hands out the plans that are due now. */
    void takePlans(long nowNanos, Consumer<StepPlan> plans) {
        scheduler.tick(nowNanos);
        for (Optional<StepPlan> plan = scheduler.nextPlan(); plan.isPresent(); plan = scheduler.nextPlan()) {
            handedOutNanos.put(plan.get().stepId(), nowNanos);
            plans.accept(plan.get());
        }
    }

    /** The oldest step, if it was handed out before {@code limitNanos} and has no outcome. */
    Optional<Long> overdueStep(long limitNanos) {
        return handedOutNanos.entrySet().stream()
                .findFirst()
                .filter(step -> step.getValue() - limitNanos < 0)
                .map(Map.Entry::getKey);
    }
}
