package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.stagenode.engine.Request.Arrival;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides for a pipeline: it admits requests, schedules steps, allocates KV blocks and counts
 * tokens. Commands arrive through a bounded queue from any thread. Each request gets exactly one report.
 */
public final class Head implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Head.class);
    private static final long IDLE_MILLIS = 1000;

    /** How late a request's time limit may be noticed. */
    private static final long BUSY_MILLIS = 20;

    /** How old the status may be while requests run; it costs as much as a small step's planning. */
    private static final long STATUS_NANOS = TimeUnit.MILLISECONDS.toNanos(BUSY_MILLIS);

    private static final long FIGURES_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CLOSE_SECONDS = 10;

    private final HeadListener listener;
    private final HeadClock clock;
    private final CommandQueue<Command> commands;
    private final Thread thread;

    /** Owned by the head's thread. */
    private final HeadDesk desk;

    /** Written by the head's thread. */
    private volatile boolean stopped;

    private volatile HeadStatus status = HeadStatus.IDLE;

    private volatile List<StageReport> stageReports = List.of();

    private volatile Optional<EngineFigures> figures = Optional.empty();

    /** Owned by the head's thread. */
    private long statusNanos;

    private long figuresNanos;

    private sealed interface Command {
        record Submit(GenerateRequest request, Arrival arrival) implements Command {}

        record Compiled(String requestId, StructureCompiler.Result result) implements Command {}

        record Cancel(CancelRequest cancel) implements Command {}

        record Outcome(StepOutcome outcome) implements Command {}

        record Measured(StageReport report) implements Command {}

        record Formed(PipelineShape shape) implements Command {}

        record Lost(long epoch, String reason) implements Command {}

        record Stop() implements Command {}
    }

    private Head(HeadSettings settings, Consumer<StepPlan> plans, HeadListener listener, StructureCompiler structures) {
        this.listener = listener;
        this.clock = HeadClock.SYSTEM;
        this.commands = new CommandQueue<>("the head", settings.commandCapacity());
        this.desk = new HeadDesk(
                settings,
                clock,
                new SecureRandom()::nextLong,
                plans,
                listener,
                (asked, epoch) -> structures.compile(
                        asked.getStructure(), epoch, result -> compiled(asked.getRequestId(), result)));
        this.thread = Thread.ofPlatform().name("head").daemon().unstarted(this::run);
    }

    /**
     * Starts a head without a pipeline.
     *
     * @param plans takes each plan for the head's own stage, such as {@code stageLoop::plan}
     * @param structures compiles what requests say of their texts
     */
    public static Head start(
            HeadSettings settings, Consumer<StepPlan> plans, HeadListener listener, StructureCompiler structures) {
        Head head = new Head(settings, plans, listener, structures);
        head.thread.start();
        return head;
    }

    /**
     * Takes a request. Its generated ids and its report go to the listener; a request that cannot run gets a report with
     * a failure. The report of a resubmitted request counts the ids that were generated before, too.
     */
    public void submit(GenerateRequest request) {
        Arrival now = new Arrival(clock.unixNanos(), clock.nanos());
        if (stopped || !commands.offer(new Command.Submit(request, now))) {
            Failure failure = Failure.newBuilder()
                    .setCode(FailureCode.FAILURE_CODE_OVERLOADED)
                    .setMessage(stopped ? "the head has stopped" : "too many commands wait for the head")
                    .build();
            listener.finished(HeadDesk.refusal(request, null, now, now.unixNanos(), failure));
        }
    }

    /** Ends a request; after its report nothing more about it goes to the listener. Unknown ones are ignored. */
    public void cancel(CancelRequest cancel) {
        commands.put(new Command.Cancel(cancel));
    }

    private void compiled(String requestId, StructureCompiler.Result result) {
        commands.put(new Command.Compiled(requestId, result));
    }

    /** Takes the end of a step from the last stage, or from the stage where it failed. */
    public void outcome(StepOutcome outcome) {
        commands.put(new Command.Outcome(outcome));
    }

    /** Takes what a stage has measured; dropped when the head has too much to do, because another one follows. */
    public void stageReport(StageReport report) {
        if (!commands.offer(new Command.Measured(report))) {
            log.debug("no room for a report of stage {}", report.stage());
        }
    }

    /** The newest report of each stage of the standing formation, in the order of the stages. */
    public List<StageReport> stageReports() {
        return stageReports;
    }

    /**
     * Begins to serve. All stages are in the epoch already and expect step 0. Requests that run on an earlier formation
     * fail with STAGE_LOST; a formation that is not newer is ignored.
     */
    public void pipelineFormed(PipelineShape shape) {
        commands.put(new Command.Formed(shape));
    }

    /** Serves no longer: what runs fails with STAGE_LOST, what comes with NO_PIPELINE. Of another epoch: nothing. */
    public void pipelineLost(long epoch, String reason) {
        commands.put(new Command.Lost(epoch, reason));
    }

    public HeadStatus status() {
        return status;
    }

    /** How the pipeline runs, half a second old at most; empty while none is formed. */
    public Optional<EngineFigures> figures() {
        return figures;
    }

    private void run() {
        try {
            while (!stopped) {
                Command next = commands.poll(desk.isBusy() ? BUSY_MILLIS : IDLE_MILLIS, TimeUnit.MILLISECONDS);
                handleSafely(next);
                publish();
            }
            List<Command> left = new ArrayList<>();
            commands.drainTo(left);
            left.forEach(this::handleSafely);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish() {
        long now = clock.nanos();
        if (!desk.isBusy() || now - statusNanos >= STATUS_NANOS) {
            status = desk.status();
            statusNanos = now;
        }
        if (now - figuresNanos >= FIGURES_NANOS) {
            figures = desk.figures();
            figuresNanos = now;
        }
    }

    /** A listener or a stage that throws must not end the thread that everybody else waits for. */
    private void handleSafely(@Nullable Command command) {
        try {
            handle(command);
        } catch (RuntimeException e) {
            log.error("the head could not finish a command", e);
        }
    }

    private void handle(@Nullable Command command) {
        desk.tick();
        switch (command) {
            case null -> {}
            case Command.Submit(GenerateRequest request, Arrival arrival) -> desk.submit(request, arrival);
            case Command.Compiled(String requestId, StructureCompiler.Result result) ->
                desk.compiled(requestId, result);
            case Command.Cancel(CancelRequest cancel) -> desk.cancel(cancel);
            case Command.Outcome(StepOutcome outcome) -> desk.outcome(outcome);
            case Command.Measured(StageReport report) -> {
                desk.stageReport(report);
                stageReports = desk.stageReports();
            }
            case Command.Formed(PipelineShape shape) -> desk.formed(shape);
            case Command.Lost(long epoch, String reason) -> desk.lost(epoch, reason);
            case Command.Stop() -> {
                desk.stop();
                stopped = true;
            }
        }
        desk.checkTime();
    }

    /** Ends the head; requests that run are reported as STAGE_LOST. */
    @Override
    public void close() {
        commands.put(new Command.Stop());
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
