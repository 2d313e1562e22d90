package dev.molink.stagenode.engine;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.engine.machine.Decision;
import dev.molink.stagenode.engine.machine.StageMachine;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.replay.Driven;
import dev.molink.stagenode.replay.StageEvent;
import dev.molink.stagenode.sampling.GrammarSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one platform thread that owns a stage's executor and does what its {@link StageMachine} decides. Commands arrive
 * through a bounded queue from any thread; results leave through the {@link StageOutbound} of the epoch. The loop waits
 * for commands only, never for a socket. A step that fails is reported and the loop lives on.
 */
public final class StageLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StageLoop.class);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final String stage;
    private final StageExecutor executor;
    private final GrammarSource grammars;
    private final LongSupplier nanoClock;
    private final Consumer<RequestCounts> counts;
    private final CommandQueue<Command> commands;
    private final Thread thread;
    private volatile int sequences;

    // Owned by the loop's thread.
    private final Driven<StageMachine> machine;
    private final List<Command> taken = new ArrayList<>();
    private boolean stopped;

    /** Owned by the loop's thread; null outside of a formation. */
    private @Nullable StageEpoch epoch;

    private sealed interface Command {
        record Plan(StepPlan plan) implements Command {}

        record Hidden(long epoch, long stepId, Activation values) implements Command {}

        record Reset(
                long epoch, int index, List<Integer> kvBlocks, StageOutbound outbound, CompletableFuture<Void> done)
                implements Command {}

        record Leave(long epoch) implements Command {}

        record Stop() implements Command {}
    }

    private StageLoop(
            String stage,
            StageExecutor executor,
            GrammarSource grammars,
            StageSettings settings,
            LongSupplier nanoClock,
            Consumer<RequestCounts> counts) {
        this.grammars = grammars;
        this.stage = stage;
        this.executor = executor;
        this.nanoClock = nanoClock;
        this.counts = counts;
        this.commands = new CommandQueue<>("the loop of " + stage, settings.commandCapacity());
        this.machine = new Driven<>(
                new StageMachine(stage, settings.rules()), settings.recorder().stage(stage, settings.rules()));
        this.thread = Thread.ofPlatform().name("stage-loop").daemon().unstarted(this::run);
    }

    /**
     * Starts a loop that owns {@code executor} and closes it in the end.
     *
     * @param stage how failures name it, such as {@code stage 2 (layers [10, 20))}
     * @param counts takes what was done for each request, in differences; must not wait
     */
    public static StageLoop start(
            String stage,
            StageExecutor executor,
            GrammarSource grammars,
            StageSettings settings,
            Consumer<RequestCounts> counts) {
        StageLoop loop = new StageLoop(stage, executor, grammars, settings, System::nanoTime, counts);
        loop.thread.start();
        return loop;
    }

    /** As {@link #start(String, StageExecutor, GrammarSource, StageSettings, Consumer)}, for a stage whose counts nobody keeps. */
    public static StageLoop start(String stage, StageExecutor executor, StageSettings settings) {
        return start(stage, executor, GrammarSource.NONE, settings, _ -> {});
    }

    /**
     * Enters an epoch: forgets all plans and sequences, takes memory for {@code kvBlocks} blocks, expects step 0. The
     * future fails when there is no memory for them; the stage is in no epoch then.
     *
     * @param index the stage's place in the pipeline, from 0
     */
    public CompletableFuture<Void> reset(long newEpoch, int index, List<Integer> kvBlocks, StageOutbound outbound) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        commands.put(new Command.Reset(newEpoch, index, kvBlocks, outbound, done));
        return done;
    }

    /** Leaves an epoch; its plans, sequences and outbound are dropped. Of another epoch: nothing happens. */
    public void leave(long oldEpoch) {
        commands.put(new Command.Leave(oldEpoch));
    }

    /**
     * Takes the next plan: on the first stage with token ids, on later ones without. Plans come numbered without gaps;
     * one of another epoch is dropped.
     */
    public void plan(StepPlan plan) {
        commands.put(new Command.Plan(plan));
    }

    /**
     * Takes the hidden state of a step, before or after its plan; of another epoch it is dropped.
     *
     * @param values {@code [plan.tokens(), hiddenSize]} f32, little-endian; belongs to the loop from now on
     */
    public void activation(long ofEpoch, long stepId, Activation values) {
        commands.put(new Command.Hidden(ofEpoch, stepId, values));
    }

    /** Sequences that have KV blocks on this stage, as of the last executed step. */
    public int sequences() {
        return sequences;
    }

    private void run() {
        try (executor) {
            while (!stopped) {
                turn();
            }
            leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Handles what waits, then does one thing; with nothing to do it waits for the next command. */
    private void turn() throws InterruptedException {
        commands.drainTo(taken);
        taken.forEach(this::handle);
        taken.clear();
        switch (machine.take(new StageEvent.DecisionAsked(now()))) {
            case Decision.Idle(long untilNanos) -> await(untilNanos);
            case Decision.Forward(StepPlan plan) -> forward(plan);
            case Decision.Run(StepPlan plan, Activation hiddenIn) -> run(plan, hiddenIn);
            case Decision.End(StepPlan plan) -> standing().end(plan);
            case Decision.Report(var outcome) -> standing().report(outcome);
            case Decision.Measured(var report) -> standing().measured(report);
        }
        sequences = epoch == null ? 0 : executor.sequences();
    }

    private void await(long untilNanos) throws InterruptedException {
        long wait = Math.clamp(untilNanos - now(), 0, LONGEST_WAIT_NANOS);
        Command next = stopped ? null : commands.poll(wait, TimeUnit.NANOSECONDS);
        if (next != null) {
            handle(next);
        }
    }

    private void forward(StepPlan plan) {
        try {
            standing().forward(plan);
        } catch (RuntimeException e) {
            log.warn("{}: the plan of step {} could not be handed on", stage, plan.stepId(), e);
            machine.take(new StageEvent.StepFailed(plan, "the plan could not be handed on, " + e));
        }
    }

    private void run(StepPlan plan, @Nullable Activation hiddenIn) {
        long began = now();
        try {
            standing().run(plan, hiddenIn == null ? null : hiddenIn.values());
        } catch (RuntimeException | Error e) {
            // Errors too: one step that lacks memory or trips an assertion must not take the other sequences with it.
            log.warn("{}: step {} of epoch {} failed", stage, plan.stepId(), plan.epoch(), e);
            standing().end(plan);
            machine.take(new StageEvent.StepFailed(plan, e.toString()));
        } finally {
            machine.take(new StageEvent.StepRan(now() - began));
            if (hiddenIn != null) {
                hiddenIn.release();
            }
        }
    }

    /** The machine decides something for a formation only while the stage stands in it. */
    private StageEpoch standing() {
        return Objects.requireNonNull(epoch);
    }

    private long now() {
        return nanoClock.getAsLong();
    }

    private void handle(Command command) {
        switch (command) {
            case Command.Plan(StepPlan plan) -> machine.take(new StageEvent.PlanCame(plan, now()));
            case Command.Hidden(long number, long stepId, Activation values) ->
                machine.take(new StageEvent.HiddenStateCame(number, stepId, values, now()));
            case Command.Reset reset -> reset(reset);
            case Command.Leave(long number) -> left(number);
            case Command.Stop() -> stopped = true;
        }
    }

    private void left(long number) {
        if (machine.machine().isIn(number)) {
            leave();
        }
    }

    private void leave() {
        machine.take(new StageEvent.EpochLeft());
        if (epoch != null) {
            epoch.leave();
            epoch = null;
        }
    }

    private void reset(Command.Reset reset) {
        leave();
        try {
            executor.prepare(reset.kvBlocks());
            epoch = new StageEpoch(stage, reset.epoch(), executor, reset.outbound(), grammars, nanoClock, counts);
            machine.take(new StageEvent.EpochEntered(reset.epoch(), reset.index(), now()));
            reset.done().complete(null);
        } catch (RuntimeException | OutOfMemoryError e) {
            log.warn("{} could not take memory for {} KV blocks", stage, reset.kvBlocks(), e);
            reset.done().completeExceptionally(e);
        }
    }

    /** Ends the loop after the step that runs now and releases the executor. */
    @Override
    public void close() {
        commands.put(new Command.Stop());
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(LONGEST_WAIT_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
