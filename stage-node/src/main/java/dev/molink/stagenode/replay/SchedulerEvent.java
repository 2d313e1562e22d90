package dev.molink.stagenode.replay;

import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.RequestSpec;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SchedulerStatus;
import dev.molink.stagenode.scheduling.SequenceUpdate;
import java.util.List;
import java.util.Optional;

/** What a {@link Scheduler} is told and asked. */
public sealed interface SchedulerEvent<A> extends MachineEvent<Scheduler, A> {

    record TimePassed(long nowNanos) implements SchedulerEvent<List<SequenceUpdate>> {

        @Override
        public List<SequenceUpdate> applyTo(Scheduler scheduler) {
            return scheduler.tick(nowNanos);
        }
    }

    record RequestCame(RequestSpec spec) implements SchedulerEvent<Told> {

        @Override
        public Told applyTo(Scheduler scheduler) {
            scheduler.add(spec);
            return Told.TOLD;
        }
    }

    record SequenceEnded(long sequenceId) implements SchedulerEvent<List<SequenceUpdate>> {

        @Override
        public List<SequenceUpdate> applyTo(Scheduler scheduler) {
            return scheduler.end(sequenceId);
        }
    }

    record StepEnded(StepOutcome outcome) implements SchedulerEvent<List<SequenceUpdate>> {

        @Override
        public List<SequenceUpdate> applyTo(Scheduler scheduler) {
            return scheduler.complete(outcome);
        }
    }

    record StageReported(StageReport report) implements SchedulerEvent<Told> {

        @Override
        public Told applyTo(Scheduler scheduler) {
            scheduler.report(report);
            return Told.TOLD;
        }
    }

    record PlanAsked() implements SchedulerEvent<Optional<StepPlan>> {

        @Override
        public Optional<StepPlan> applyTo(Scheduler scheduler) {
            return scheduler.nextPlan();
        }
    }

    /** Asked between events; what comes of it is for people, but it lets the batching policy look at the time, too. */
    record StatusAsked() implements SchedulerEvent<SchedulerStatus> {

        @Override
        public SchedulerStatus applyTo(Scheduler scheduler) {
            return scheduler.status();
        }
    }
}
