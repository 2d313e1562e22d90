package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.stagenode.engine.Head;
import dev.molink.stagenode.engine.HeadStatus;
import dev.molink.stagenode.engine.PipelineShape;
import dev.molink.stagenode.engine.StageLoop;
import dev.molink.stagenode.engine.StageOutbound;
import dev.molink.stagenode.engine.StageSettings;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.link.HiddenState;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.replay.Recorder;
import dev.molink.stagenode.sampling.GrammarSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The stage loop of a node and, at the node with layer 0, the head. Both are closed with it. */
public final class NodeEngine implements StageEngine, AutoCloseable {

    private static final Duration FORM_PATIENCE = Duration.ofSeconds(50);

    private final String pipeline;
    private final ModelIdentity model;
    private final List<KvGroupSize> kvGroups;
    private final int hiddenSize;
    private final StageLoop loop;
    private final Optional<Head> head;
    private final Recorder recorder;

    private final AtomicInteger stepsInFlight = new AtomicInteger();
    private final AtomicInteger mostStepsInFlight = new AtomicInteger();

    private volatile @Nullable PipelineShape shape;

    private NodeEngine(LoadedStage stage, StageLoop loop, Optional<HeadRole> role, Recorder recorder) {
        this.recorder = recorder;
        this.pipeline = stage.pipeline();
        this.model = stage.model();
        this.kvGroups = stage.executor().kvGroups();
        this.loop = loop;
        this.hiddenSize = stage.hiddenSize();
        this.head = role.map(each -> Head.start(each.settings(), this::run, each.listener(), each.structures()));
    }

    /**
     * Starts the threads of a stage; the engine owns its executor from now on.
     *
     * @param role empty at a node without layer 0, which has no head
     * @param grammars what the head ships to this stage, should it sample
     * @param counts takes what the stage does for each request, in differences; must not wait
     */
    public static NodeEngine start(
            LoadedStage stage, Optional<HeadRole> role, GrammarSource grammars, Consumer<RequestCounts> counts) {
        return start(stage, role, grammars, StageSettings.DEFAULT, counts);
    }

    /** The same with a loop that runs as {@code settings} say. */
    static NodeEngine start(
            LoadedStage stage,
            Optional<HeadRole> role,
            GrammarSource grammars,
            StageSettings settings,
            Consumer<RequestCounts> counts) {
        String name = "stage with layers %s of %s"
                .formatted(stage.range(), stage.model().getName());
        StageLoop loop = StageLoop.start(name, stage.executor(), grammars, settings, counts);
        return new NodeEngine(stage, loop, role, settings.recorder());
    }

    private void run(StepPlan plan) {
        int now = stepsInFlight.incrementAndGet();
        mostStepsInFlight.accumulateAndGet(now, Math::max);
        loop.plan(plan);
    }

    /** @throws IllegalStateException at a node without layer 0 */
    public Head head() {
        return head.orElseThrow(() -> new IllegalStateException("a node without layer 0 has no head"));
    }

    /** What the head is busy with; empty at a node without one. */
    public Optional<HeadStatus> status() {
        return head.map(Head::status);
    }

    /** How the pipeline runs; empty at a node without a head, and while none is formed. */
    public Optional<EngineFigures> figures() {
        return head.flatMap(Head::figures);
    }

    /** Most steps that were under way in the pipeline at once since the start. */
    public int mostStepsInFlight() {
        return mostStepsInFlight.get();
    }

    @Override
    public Recorder recorder() {
        return recorder;
    }

    @Override
    public void form(StagePlace place, List<Integer> kvBlocks, WireTerms wire, StageOutbound outbound)
            throws InterruptedException {
        stepsInFlight.set(0);
        shape = new PipelineShape(pipeline, model, place.epoch(), place.stages(), groups(kvBlocks), hiddenSize, wire);
        try {
            loop.reset(place.epoch(), place.index(), kvBlocks, outbound)
                    .get(FORM_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "no memory for %s KV blocks (%s); start with a smaller --kv-memory"
                            .formatted(kvBlocks, e.getMessage()),
                    e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the stage was not ready within %d s".formatted(FORM_PATIENCE.toSeconds()), e);
        }
    }

    private List<KvGroup> groups(List<Integer> kvBlocks) {
        return IntStream.range(0, kvBlocks.size())
                .mapToObj(group -> new KvGroup(kvGroups.get(group).windowTokens(), kvBlocks.get(group)))
                .toList();
    }

    @Override
    public void onPlan(StepPlan plan) {
        loop.plan(plan);
    }

    @Override
    public void onHiddenState(HiddenState hidden) {
        loop.activation(hidden.epoch(), hidden.stepId(), hidden.activation());
    }

    @Override
    public void onOutcome(StepOutcome outcome) {
        stepsInFlight.decrementAndGet();
        head.ifPresent(deciding -> deciding.outcome(outcome));
    }

    @Override
    public void onStageReport(StageReport report) {
        head.ifPresent(deciding -> deciding.stageReport(report));
    }

    @Override
    public void serve(long epoch) {
        PipelineShape formed = shape;
        if (formed != null && formed.epoch() == epoch) {
            head.ifPresent(deciding -> deciding.pipelineFormed(formed));
        }
    }

    @Override
    public void dissolve(long epoch, String reason) {
        loop.leave(epoch);
        head.ifPresent(deciding -> deciding.pipelineLost(epoch, reason));
    }

    /** Sequences that have KV blocks on this stage, as of the last step. */
    public int sequences() {
        return loop.sequences();
    }

    @Override
    public void close() {
        head.ifPresent(Head::close);
        loop.close();
    }
}
