package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.stagenode.engine.Head;
import dev.molink.stagenode.engine.PipelineShape;
import dev.molink.stagenode.engine.StageLoop;
import dev.molink.stagenode.engine.StageOutbound;
import dev.molink.stagenode.link.HiddenState;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The stage loop of a node and, at the node with layer 0, the head. Both are closed with it. */
public final class NodeEngine implements StageEngine, AutoCloseable {

    private static final Duration FORM_PATIENCE = Duration.ofSeconds(50);

    private final String pipeline;
    private final ModelIdentity model;
    private final StageLoop loop;
    private final Optional<Head> head;

    private volatile @Nullable PipelineShape shape;

    /** @param head empty at a node without layer 0 */
    public NodeEngine(String pipeline, ModelIdentity model, StageLoop loop, Optional<Head> head) {
        this.pipeline = pipeline;
        this.model = model;
        this.loop = loop;
        this.head = head;
    }

    @Override
    public void form(StagePlace place, int kvBlocks, StageOutbound outbound) throws InterruptedException {
        shape = new PipelineShape(pipeline, model, place.epoch(), place.stages(), kvBlocks);
        try {
            loop.reset(place.epoch(), kvBlocks, outbound).get(FORM_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "no memory for %d KV blocks (%s); start with a smaller --kv-memory"
                            .formatted(kvBlocks, e.getCause().getMessage()),
                    e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the stage was not ready within %d s".formatted(FORM_PATIENCE.toSeconds()), e);
        }
    }

    @Override
    public void onPlan(StepPlan plan) {
        loop.plan(plan);
    }

    @Override
    public void onHiddenState(HiddenState hidden) {
        loop.activation(hidden.epoch(), hidden.stepId(), hidden.values());
    }

    @Override
    public void onOutcome(StepOutcome outcome) {
        head.ifPresent(deciding -> deciding.outcome(outcome));
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
