package dev.molink.stagenode.engine;

import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one platform thread that owns a stage's executor. Commands arrive through a bounded queue from any thread; results
 * leave through the {@link StageOutbound} of the epoch. The loop waits for commands only, never for a socket. A step that
 * fails is reported and the loop lives on.
 */
public final class StageLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StageLoop.class);
    private static final long IDLE_SECONDS = 60;

    private final String stage;
    private final StageExecutor executor;
    private final StageSettings settings;
    private final CommandQueue<Command> commands;
    private final Thread thread;
    private volatile int sequences;

    /** Owned by the loop's thread; null outside of a formation. */
    private @Nullable StageEpoch epoch;

    /** Owned by the loop's thread. */
    private boolean stopped;

    private sealed interface Command {
        record Plan(StepPlan plan) implements Command {}

        record Hidden(long epoch, long stepId, MemorySegment values) implements Command {}

        record Reset(long epoch, List<Integer> kvBlocks, StageOutbound outbound, CompletableFuture<Void> done)
                implements Command {}

        record Leave(long epoch) implements Command {}

        record Stop() implements Command {}
    }

    private StageLoop(String stage, StageExecutor executor, StageSettings settings) {
        this.stage = stage;
        this.executor = executor;
        this.settings = settings;
        this.commands = new CommandQueue<>("the loop of " + stage, settings.commandCapacity());
        this.thread = Thread.ofPlatform().name("stage-loop").daemon().unstarted(this::run);
    }

    /**
     * Starts a loop that owns {@code executor} and closes it in the end.
     *
     * @param stage how failures name it, such as {@code stage 2 (layers [10, 20))}
     */
    public static StageLoop start(String stage, StageExecutor executor, StageSettings settings) {
        StageLoop loop = new StageLoop(stage, executor, settings);
        loop.thread.start();
        return loop;
    }

    /**
     * Enters an epoch: forgets all plans and sequences, takes memory for {@code kvBlocks} blocks, expects step 0. The
     * future fails when there is no memory for them; the stage is in no epoch then.
     */
    public CompletableFuture<Void> reset(long newEpoch, List<Integer> kvBlocks, StageOutbound outbound) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        commands.put(new Command.Reset(newEpoch, kvBlocks, outbound, done));
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
    public void activation(long ofEpoch, long stepId, MemorySegment values) {
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Handles what waits, then runs one step; with nothing to run it waits for the next command. */
    private void turn() throws InterruptedException {
        List<Command> taken = new ArrayList<>();
        commands.drainTo(taken);
        taken.forEach(this::handle);
        boolean worked = epoch != null && epoch.runNextStep();
        sequences = epoch == null ? 0 : executor.sequences();
        if (!worked && taken.isEmpty()) {
            Command next = commands.poll(IDLE_SECONDS, TimeUnit.SECONDS);
            if (next != null) {
                handle(next);
            }
        }
    }

    private void handle(Command command) {
        switch (command) {
            case Command.Plan(StepPlan plan) -> {
                if (epoch != null && epoch.number() == plan.epoch()) {
                    epoch.plan(plan);
                }
            }
            case Command.Hidden(long number, long stepId, MemorySegment values) -> {
                if (epoch != null && epoch.number() == number) {
                    epoch.activation(stepId, values);
                }
            }
            case Command.Reset reset -> reset(reset);
            case Command.Leave(long number) -> {
                if (epoch != null && epoch.number() == number) {
                    epoch = null;
                }
            }
            case Command.Stop() -> stopped = true;
        }
    }

    private void reset(Command.Reset reset) {
        epoch = null;
        try {
            executor.prepare(reset.kvBlocks());
            epoch = new StageEpoch(stage, reset.epoch(), executor, settings, reset.outbound());
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
            thread.join(TimeUnit.SECONDS.toMillis(IDLE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
