package dev.molink.bench.fleet;

import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.model.architecture.LayerGroup;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.PipelineFacts;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.simulation.Roofline;
import dev.molink.stagenode.simulation.StageDimensions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The parts of one run on a virtual clock, wired as a formation wires them. */
final class VirtualPipeline {

    private static final long EPOCH = 1;

    /** So long the pipeline stands before the run begins at 0: its links are measured by then. */
    private static final long STANDS_NANOS = 9_500_000_000L;

    private final VirtualClock clock = new VirtualClock(-STANDS_NANOS);
    private final FleetSetting setting;
    private final VirtualHead head;

    /** Between two stages, forward, in order. */
    private final List<VirtualLink> links = new ArrayList<>();

    private final List<VirtualStage> stages = new ArrayList<>();

    VirtualPipeline(FleetSetting setting, RequestText text, List<Arrival> arrivals) {
        this.setting = setting;
        this.head = new VirtualHead(clock, scheduler(arrivals.size()), text, arrivals, this::plan);
        buildFromTheEnd(new SimulatedSampling(text));
        clock.at(0, () -> links.forEach(VirtualLink::forgetFigures));
    }

    private void plan(StepPlan plan) {
        clock.after(0, () -> stages.getFirst().plan(plan));
    }

    private Scheduler scheduler(int requests) {
        SchedulerSettings defaults = SchedulerSettings.DEFAULT;
        SchedulerSettings settings = new SchedulerSettings(
                defaults.maxRunning(),
                Math.max(defaults.maxWaiting(), requests),
                defaults.decodeBatch(),
                defaults.maxStepTokens(),
                defaults.maxLogitRows(),
                defaults.batchPatience(),
                setting.batching(),
                setting.speculation());
        int rowElements = setting.tensors() * setting.model().hiddenSize();
        return new Scheduler(
                settings,
                new PipelineFacts(
                        EPOCH,
                        setting.stages(),
                        List.of(kvGroup()),
                        rowElements,
                        setting.codec(),
                        Collections.nCopies(setting.stages(), VirtualLink.surveyed(setting.link()))));
    }

    /** As many blocks as the stage with the least room has. */
    private KvGroup kvGroup() {
        List<LayerGroup> groups = setting.model().layerGroups();
        if (groups.size() > 1) {
            throw new IllegalArgumentException(
                    "model %s keeps %d KV groups; a fleet on a virtual clock takes models with one"
                            .formatted(setting.model().architecture(), groups.size()));
        }
        long blocks = IntStream.range(0, setting.stages())
                .mapToObj(stage -> new StageDimensions(setting.model(), range(stage)))
                .mapToLong(stage -> stage.kvBytes(setting.device())
                        / stage.kvGroups().getFirst().blockBytes())
                .min()
                .orElseThrow();
        return new KvGroup(groups.getFirst().windowTokens(), Math.clamp(blocks, 1, Integer.MAX_VALUE));
    }

    private LayerRange range(int stage) {
        return LayerRange.even(setting.model().layers(), setting.stages()).get(stage);
    }

    private void buildFromTheEnd(SimulatedSampling sampling) {
        VirtualStage next = null;
        for (int stage = setting.stages() - 1; stage >= 0; stage--) {
            StageExit exit = next == null ? lastExit(sampling) : innerExit(stage, next);
            Roofline compute = new Roofline(setting.device(), setting.model(), range(stage));
            next = new VirtualStage(clock, EPOCH, stage, compute, exit);
            stages.addFirst(next);
        }
    }

    private StageExit lastExit(SimulatedSampling sampling) {
        @Nullable VirtualLink toHead = setting.stages() == 1 ? null : link();
        return new LastExit(clock, toHead, sampling, head::outcome, report -> report(report, setting.stages() - 1));
    }

    private StageExit innerExit(int stage, VirtualStage next) {
        VirtualLink link = link();
        links.addFirst(link);
        HiddenRows rows = new HiddenRows(
                setting.rowBytes(), InnerExit.TILE_ROWS, range(stage).layers());
        return new InnerExit(
                clock,
                link,
                next,
                rows,
                failed -> back(stage, () -> head.outcome(failed)),
                report -> report(report, stage));
    }

    private VirtualLink link() {
        return new VirtualLink(clock, setting.link(), setting.policy());
    }

    /** Reports go back from stage to stage. */
    private void report(StageReport report, int stage) {
        back(stage, () -> head.report(report));
    }

    private void back(int stage, Runnable arrived) {
        clock.after(stage * setting.link().delay().toNanos(), arrived);
    }

    FleetRun run() {
        clock.runUntil(head::isDone);
        long duration = clock.now();
        return new FleetRun(
                head.timings(),
                duration,
                links.stream().map(link -> share(link.busyNanos(), duration)).toList(),
                stages.stream().map(stage -> share(stage.busyNanos(), duration)).toList(),
                links.stream().mapToLong(VirtualLink::sentBytes).sum());
    }

    private static double share(long nanos, long duration) {
        return duration == 0 ? 0 : (double) nanos / duration;
    }
}
