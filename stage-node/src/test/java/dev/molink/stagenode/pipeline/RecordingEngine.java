package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.engine.StageOutbound;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.link.HiddenState;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An engine that computes nothing and remembers what it was told. */
final class RecordingEngine implements StageEngine {

    record Dissolved(long epoch, String reason) {}

    final BlockingQueue<StepPlan> plans = new LinkedBlockingQueue<>();
    final BlockingQueue<HiddenState> hidden = new LinkedBlockingQueue<>();
    final BlockingQueue<StepOutcome> outcomes = new LinkedBlockingQueue<>();
    final BlockingQueue<StageReport> reports = new LinkedBlockingQueue<>();
    final BlockingQueue<Dissolved> dissolved = new LinkedBlockingQueue<>();
    volatile List<Integer> kvBlocks = List.of();
    volatile long servedEpoch;
    private volatile @Nullable StagePlace place;
    private volatile @Nullable WireTerms wire;
    private volatile @Nullable StageOutbound outputs;

    @Override
    public void form(StagePlace place, List<Integer> kvBlocks, WireTerms wire, StageOutbound outputs) {
        this.place = place;
        this.kvBlocks = kvBlocks;
        this.wire = wire;
        this.outputs = outputs;
    }

    StagePlace place() {
        return Objects.requireNonNull(place, "the engine was not formed");
    }

    WireTerms wire() {
        return Objects.requireNonNull(wire, "the engine was not formed");
    }

    StageOutbound outputs() {
        return Objects.requireNonNull(outputs, "the engine was not formed");
    }

    @Override
    public void onPlan(StepPlan plan) {
        plans.add(plan);
    }

    @Override
    public void onHiddenState(HiddenState state) {
        hidden.add(state);
    }

    @Override
    public void onOutcome(StepOutcome outcome) {
        outcomes.add(outcome);
    }

    @Override
    public void onStageReport(StageReport report) {
        reports.add(report);
    }

    @Override
    public void serve(long epoch) {
        servedEpoch = epoch;
    }

    @Override
    public void dissolve(long epoch, String reason) {
        dissolved.add(new Dissolved(epoch, reason));
    }

    static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within 20 s");
        }
        return next;
    }
}
