package dev.molink.bench.fleet;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.Priority;
import dev.molink.stagenode.scheduling.RequestSpec;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SequenceUpdate;
import dev.molink.stagenode.scheduling.SequenceUpdate.Broken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import dev.molink.stagenode.scheduling.SequenceUpdate.PromptScored;
import dev.molink.stagenode.scheduling.SequenceUpdate.Released;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The head on the virtual clock: its {@link Scheduler} hears of the time before each event and is asked for plans after
 * each, as a head's desk does. The head's own work takes no time.
 */
final class VirtualHead {

    /** While requests run, the scheduler hears of the time at least so often. */
    private static final long TICK_NANOS = 100_000_000L;

    private final VirtualClock clock;
    private final Scheduler scheduler;
    private final RequestText text;
    private final List<Arrival> arrivals;
    private final Consumer<StepPlan> plans;
    private final List<List<Long>> tokenNanos = new ArrayList<>();
    private int running;
    private int left;
    private boolean ticking;

    VirtualHead(
            VirtualClock clock,
            Scheduler scheduler,
            RequestText text,
            List<Arrival> arrivals,
            Consumer<StepPlan> plans) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.text = text;
        this.arrivals = arrivals;
        this.plans = plans;
        this.left = arrivals.size();
        for (int request = 0; request < arrivals.size(); request++) {
            int number = request;
            tokenNanos.add(new ArrayList<>());
            clock.at(arrivals.get(request).nanos(), () -> submit(number));
        }
    }

    private void submit(int request) {
        tell();
        running++;
        scheduler.add(spec(request));
        pump();
        if (!ticking) {
            ticking = true;
            clock.after(TICK_NANOS, this::tick);
        }
    }

    private RequestSpec spec(int request) {
        Arrival arrival = arrivals.get(request);
        List<Integer> prompt = IntStream.range(0, arrival.promptTokens())
                .map(position -> text.tokenId(request, position))
                .boxed()
                .toList();
        return new RequestSpec(
                "request-" + request,
                request,
                1,
                prompt,
                List.of(),
                arrival.promptTokens() + arrival.generatedTokens(),
                RequestSpec.Sampling.free(SamplingParameters.plain(0, 0, List.of())),
                Priority.INTERACTIVE,
                "",
                RequestSpec.TimeLimits.NONE);
    }

    private void tick() {
        tell();
        pump();
        ticking = running > 0;
        if (ticking) {
            clock.after(TICK_NANOS, this::tick);
        }
    }

    void outcome(StepOutcome outcome) {
        tell();
        scheduler.complete(outcome).forEach(this::update);
        pump();
    }

    void report(StageReport report) {
        tell();
        scheduler.report(report);
        pump();
    }

    private void tell() {
        scheduler.tick(clock.now()).forEach(this::update);
    }

    private void update(SequenceUpdate update) {
        switch (update) {
            case Generated token -> generated(token);
            case Broken broken ->
                throw new IllegalStateException(
                        "request %d failed: %s".formatted(broken.sequenceId(), broken.reason()));
            case Released _ -> running--;
            case PromptScored _ -> {}
        }
    }

    private void generated(Generated token) {
        tokenNanos.get((int) token.sequenceId()).add(clock.now());
        if (token.ending() != null) {
            left--;
        }
    }

    private void pump() {
        List<StepPlan> due = new ArrayList<>();
        for (Optional<StepPlan> plan = scheduler.nextPlan(); plan.isPresent(); plan = scheduler.nextPlan()) {
            due.add(plan.get());
        }
        due.forEach(plans);
    }

    /** Whether every request has its last token. */
    boolean isDone() {
        return left == 0;
    }

    List<RequestTiming> timings() {
        return IntStream.range(0, arrivals.size())
                .mapToObj(request -> new RequestTiming(arrivals.get(request), tokenNanos.get(request)))
                .toList();
    }
}
