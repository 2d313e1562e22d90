package dev.molink.bench.fleet;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.engine.machine.Decision;
import dev.molink.stagenode.engine.machine.StageMachine;
import dev.molink.stagenode.engine.machine.StepRules;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.simulation.Roofline;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A stage on the virtual clock: does what its {@link StageMachine} decides in the order in which a stage's loop does, and
 * computes for as long as a roofline says. While it computes, what arrives waits.
 */
final class VirtualStage {

    private final VirtualClock clock;
    private final StageMachine machine;
    private final Roofline compute;
    private final StageExit exit;
    private final Queue<Runnable> arrived = new ArrayDeque<>();
    private boolean computing;
    private long wakeNanos = Long.MAX_VALUE;
    private long busyNanos;

    VirtualStage(VirtualClock clock, long epoch, int index, Roofline compute, StageExit exit) {
        this.clock = clock;
        this.compute = compute;
        this.exit = exit;
        this.machine = new StageMachine("stage " + index, StepRules.DEFAULT);
        machine.enter(epoch, index, clock.now());
        take(() -> {});
    }

    void plan(StepPlan plan) {
        take(() -> machine.plan(plan, clock.now()));
    }

    void hiddenState(long epoch, long stepId) {
        take(() -> machine.hiddenState(epoch, stepId, Activation.of(MemorySegment.NULL), clock.now()));
    }

    private void take(Runnable command) {
        arrived.add(command);
        if (!computing) {
            turn();
        }
    }

    private void turn() {
        while (!computing) {
            for (Runnable command = arrived.poll(); command != null; command = arrived.poll()) {
                command.run();
            }
            switch (machine.next(clock.now())) {
                case Decision.Idle(long untilNanos) -> {
                    wakeAt(untilNanos);
                    return;
                }
                case Decision.Forward(StepPlan plan) -> exit.forward(plan);
                case Decision.Run(StepPlan plan, Activation _) -> run(plan);
                case Decision.End(StepPlan _) -> {}
                case Decision.Report(var outcome) -> exit.report(outcome);
                case Decision.Measured(var report) -> exit.measured(report);
            }
        }
    }

    private void wakeAt(long nanos) {
        if (wakeNanos > nanos) {
            wakeNanos = nanos;
            clock.at(nanos, () -> {
                wakeNanos = Long.MAX_VALUE;
                take(() -> {});
            });
        }
    }

    private void run(StepPlan plan) {
        long nanos = compute.stepNanos(plan);
        boolean decode = plan.kind() != StepKind.PREFILL && !plan.rows().isEmpty();
        computing = true;
        if (decode) {
            exit.decodeRuns(true);
        }
        exit.computes(plan, nanos);
        clock.after(nanos, () -> {
            busyNanos += nanos;
            if (decode) {
                exit.decodeRuns(false);
            }
            machine.ran(nanos);
            computing = false;
            turn();
        });
    }

    long busyNanos() {
        return busyNanos;
    }
}
