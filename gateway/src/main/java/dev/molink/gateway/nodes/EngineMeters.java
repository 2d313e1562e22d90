package dev.molink.gateway.nodes;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.LinkTraffic;
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
        if (known != null && known.hasMetersOf(figures)) {
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
        gauge(
                engine,
                EngineMetric.WIRE,
                tags.and("codec", figures.getCodec(), "policy", figures.getTransmitPolicy()),
                wire -> 1);
        for (int stage = 0; stage < figures.getStagesCount(); stage++) {
            registerStage(engine, stage, tags.and("stage", Integer.toString(stage)));
        }
        return engine;
    }

    private void registerStage(Engine engine, int stage, Tags tags) {
        ofStage(engine, EngineMetric.BUBBLE_SHARE, stage, tags, StageFigures::getBubbleShare);
        ofStage(engine, EngineMetric.DECODE_STEP, stage, tags, each -> each.getDecodeStepNanos() * NANOS);
        ofStage(engine, EngineMetric.PREFILL_TOKEN, stage, tags, each -> each.getPrefillTokenNanos() * NANOS);
        registerLink(engine, stage, tags);
    }

    private void registerLink(Engine engine, int stage, Tags tags) {
        ofStage(engine, EngineMetric.LINK_RATE, stage, tags, StageFigures::getLinkBytesPerSecond);
        ofStage(engine, EngineMetric.LINK_DELAY, stage, tags, each -> each.getLinkOneWayNanos() * NANOS);
        ofLink(engine, EngineMetric.LINK_BUSY_SHARE, stage, tags, LinkTraffic::getBusyShare);
        ofLink(engine, EngineMetric.LINK_BYTES, stage, tags.and("class", "control"), LinkTraffic::getControlBytes);
        ofLink(engine, EngineMetric.LINK_BYTES, stage, tags.and("class", "decode"), LinkTraffic::getDecodeBytes);
        ofLink(engine, EngineMetric.LINK_BYTES, stage, tags.and("class", "prefill"), LinkTraffic::getPrefillBytes);
        ofLink(
                engine,
                EngineMetric.LINK_DECODE_WAIT,
                stage,
                tags.and("quantile", "0.5"),
                link -> link.getDecodeWaitP50Nanos() * NANOS);
        ofLink(
                engine,
                EngineMetric.LINK_DECODE_WAIT,
                stage,
                tags.and("quantile", "0.99"),
                link -> link.getDecodeWaitP99Nanos() * NANOS);
        ofLink(engine, EngineMetric.LINK_FRAMES_REPEATED, stage, tags, LinkTraffic::getFramesRepeated);
        ofLink(engine, EngineMetric.LINK_FRAMES_CORRUPT, stage, tags, LinkTraffic::getCorruptFrames);
        ofLink(engine, EngineMetric.LINK_PROBES, stage, tags, LinkTraffic::getProbes);
    }

    private void ofLink(Engine engine, EngineMetric metric, int stage, Tags tags, ToDoubleFunction<LinkTraffic> value) {
        ofStage(engine, metric, stage, tags, each -> value.applyAsDouble(each.getLinkTraffic()));
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

        /** Whether the gauges of {@code newer} are the same: as many stages, and the same tags. */
        boolean hasMetersOf(EngineFigures newer) {
            return figures.getStagesCount() == newer.getStagesCount()
                    && figures.getCodec().equals(newer.getCodec())
                    && figures.getTransmitPolicy().equals(newer.getTransmitPolicy());
        }
    }
}
