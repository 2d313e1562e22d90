package dev.molink.gateway.nodes;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.StageFigures;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** The newest figures of every head that is connected here, as gauges that go when the head does. */
public final class EngineMeters {

    private static final double NANOS = 1e-9;

    private final MeterRegistry registry;
    private final Map<String, Engine> engines = new ConcurrentHashMap<>();

    EngineMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The newest figures by the head's node id. */
    public Map<String, EngineFigures> newest() {
        Map<String, EngineFigures> newest = new ConcurrentHashMap<>();
        engines.forEach((head, engine) -> newest.put(head, engine.figures));
        return newest;
    }

    void beat(String head, EngineFigures figures) {
        Engine known = engines.get(head);
        if (known != null && known.figures.getStagesCount() == figures.getStagesCount()) {
            known.figures = figures;
            return;
        }
        over(head);
        engines.put(head, register(head, figures));
    }

    /** The node is no head of a serving pipeline any more. */
    void over(String head) {
        Engine engine = engines.remove(head);
        if (engine != null) {
            engine.meters.forEach(registry::remove);
        }
    }

    private Engine register(String head, EngineFigures figures) {
        Engine engine = new Engine(figures);
        Tags tags = Tags.of("head", head);
        gauge(engine, EngineMetric.DECODE_GROUPS, tags, EngineFigures::getDecodeGroups);
        gauge(engine, EngineMetric.PREFILL_PIECE, tags, EngineFigures::getPrefillPieceTokens);
        gauge(engine, EngineMetric.KV_BLOCKS_CACHED, tags, EngineFigures::getKvBlocksCached);
        gauge(engine, EngineMetric.PROMPT_TOKENS, tags, EngineFigures::getPromptTokens);
        gauge(engine, EngineMetric.CACHED_PROMPT_TOKENS, tags, EngineFigures::getCachedPromptTokens);
        gauge(engine, EngineMetric.PREEMPTIONS, tags, EngineFigures::getPreemptions);
        gauge(engine, EngineMetric.DRAFTS_PROPOSED, tags, EngineFigures::getDraftsProposed);
        gauge(engine, EngineMetric.DRAFTS_ACCEPTED, tags, EngineFigures::getDraftsAccepted);
        gauge(engine, EngineMetric.STEPS, tags, EngineFigures::getSteps);
        for (int stage = 0; stage < figures.getStagesCount(); stage++) {
            registerStage(engine, stage, tags.and("stage", Integer.toString(stage)));
        }
        return engine;
    }

    private void registerStage(Engine engine, int stage, Tags tags) {
        ofStage(engine, EngineMetric.BUBBLE_SHARE, stage, tags, StageFigures::getBubbleShare);
        ofStage(engine, EngineMetric.DECODE_STEP, stage, tags, each -> each.getDecodeStepNanos() * NANOS);
        ofStage(engine, EngineMetric.PREFILL_TOKEN, stage, tags, each -> each.getPrefillTokenNanos() * NANOS);
        ofStage(engine, EngineMetric.LINK_RATE, stage, tags, StageFigures::getLinkBytesPerSecond);
        ofStage(engine, EngineMetric.LINK_DELAY, stage, tags, each -> each.getLinkOneWayNanos() * NANOS);
    }

    private void ofStage(
            Engine engine, EngineMetric metric, int stage, Tags tags, ToDoubleFunction<StageFigures> value) {
        gauge(engine, metric, tags, figures -> value.applyAsDouble(figures.getStages(stage)));
    }

    private void gauge(Engine engine, EngineMetric metric, Tags tags, ToDoubleFunction<EngineFigures> value) {
        engine.meters.add(Gauge.builder(metric.metricName(), engine, each -> value.applyAsDouble(each.figures))
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    private static final class Engine {

        private final List<Meter> meters = new ArrayList<>();
        private volatile EngineFigures figures;

        Engine(EngineFigures figures) {
            this.figures = figures;
        }
    }
}
