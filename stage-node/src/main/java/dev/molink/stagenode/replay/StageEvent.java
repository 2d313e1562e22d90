package dev.molink.stagenode.replay;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.engine.machine.Decision;
import dev.molink.stagenode.engine.machine.StageMachine;
import dev.molink.stagenode.plan.StepPlan;
import org.jspecify.annotations.Nullable;

/** What a {@link StageMachine} is told and asked. */
public sealed interface StageEvent<A extends @Nullable Object> extends MachineEvent<StageMachine, A> {

    record EpochEntered(long epoch, int index, long nowNanos) implements StageEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(StageMachine machine) {
            machine.enter(epoch, index, nowNanos);
            return null;
        }
    }

    record EpochLeft() implements StageEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(StageMachine machine) {
            machine.leave();
            return null;
        }
    }

    record PlanCame(StepPlan plan, long nowNanos) implements StageEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(StageMachine machine) {
            machine.plan(plan, nowNanos);
            return null;
        }
    }

    /** @param values whose memory may be used for something else when the event is replayed: no decision reads it */
    record HiddenStateCame(long epoch, long stepId, Activation values, long nowNanos)
            implements StageEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(StageMachine machine) {
            machine.hiddenState(epoch, stepId, values, nowNanos);
            return null;
        }
    }

    record DecisionAsked(long nowNanos) implements StageEvent<Decision> {

        @Override
        public Decision applyTo(StageMachine machine) {
            return machine.next(nowNanos);
        }
    }

    record StepRan(long computeNanos) implements StageEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(StageMachine machine) {
            machine.ran(computeNanos);
            return null;
        }
    }

    record StepFailed(StepPlan plan, String cause) implements StageEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(StageMachine machine) {
            machine.failed(plan, cause);
            return null;
        }
    }
}
