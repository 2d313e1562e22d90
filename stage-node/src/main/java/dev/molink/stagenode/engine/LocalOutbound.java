package dev.molink.stagenode.engine;

import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way out of a stage whose neighbours live in the same process. */
public final class LocalOutbound implements StageOutbound {

    private final @Nullable StageLoop next;
    private final Consumer<StepOutcome> head;

    private LocalOutbound(@Nullable StageLoop next, Consumer<StepOutcome> head) {
        this.next = next;
        this.head = head;
    }

    /** Of the last stage, which may be the only one. */
    public static StageOutbound last(Consumer<StepOutcome> head) {
        return new LocalOutbound(null, head);
    }

    public static StageOutbound to(StageLoop next, Consumer<StepOutcome> head) {
        return new LocalOutbound(next, head);
    }

    @Override
    public void forward(StepPlan plan) {
        if (next != null) {
            next.plan(plan.forLaterStages());
        }
    }

    @Override
    public void sendHidden(StepPlan plan, int hiddenSize, MemorySegment values) {
        if (next == null) {
            throw new IllegalStateException(
                    "the last stage computed a hidden state in step %d: it has no head".formatted(plan.stepId()));
        }
        next.activation(plan.epoch(), plan.stepId(), values);
    }

    @Override
    public void report(StepOutcome outcome) {
        head.accept(outcome);
    }
}
