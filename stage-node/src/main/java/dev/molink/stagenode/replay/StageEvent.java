package dev.molink.stagenode.replay;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.engine.machine.Decision;
import dev.molink.stagenode.engine.machine.StageMachine;
import dev.molink.stagenode.plan.StepPlan;

/** What a {@link StageMachine} is told and asked. */
public sealed interface StageEvent<A> extends MachineEvent<StageMachine, A> {

    record EpochEntered(long epoch, int index, long nowNanos) implements StageEvent<Told> {

        @Override
        public Told applyTo(StageMachine machine) {
            machine.enter(epoch, index, nowNanos);
            return Told.TOLD;
        }
    }

    record EpochLeft() implements StageEvent<Told> {

        @Override
        public Told applyTo(StageMachine machine) {
            machine.leave();
            return Told.TOLD;
        }
    }

    record PlanCame(StepPlan plan, long nowNanos) implements StageEvent<Told> {

        @Override
        public Told applyTo(StageMachine machine) {
            machine.plan(plan, nowNanos);
            return Told.TOLD;
        }
    }

    /** @param values whose memory may be used for something else when the event is replayed: no decision reads it */
    record HiddenStateCame(long epoch, long stepId, Activation values, long nowNanos) implements StageEvent<Told> {

        @Override
        public Told applyTo(StageMachine machine) {
            machine.hiddenState(epoch, stepId, values, nowNanos);
            return Told.TOLD;
        }
    }

    record DecisionAsked(long nowNanos) implements StageEvent<Decision> {

        @Override
        public Decision applyTo(StageMachine machine) {
            return machine.next(nowNanos);
        }
    }

    record StepRan(long computeNanos) implements StageEvent<Told> {

        @Override
        public Told applyTo(StageMachine machine) {
            machine.ran(computeNanos);
            return Told.TOLD;
        }
    }

    record StepFailed(StepPlan plan, String cause) implements StageEvent<Told> {

        @Override
        public Told applyTo(StageMachine machine) {
            machine.failed(plan, cause);
            return Told.TOLD;
        }
    }
}
