package dev.molink.bench.fleet;

import java.util.List;

/**
 * A fleet on a virtual clock: scheduler, stage machines and transmit queues are the product's own; a roofline says how long
 * a step computes and a model of a wire when bytes arrive. The same setting and arrivals give the same run, to the
 * nanosecond.
 */
public final class VirtualFleet implements Fleet {

    private final TextSource texts;

    /** Which text the requests of a setting consist of. */
    @FunctionalInterface
    public interface TextSource {
        RequestText of(FleetSetting setting);
    }

    /** Of requests whose text does not repeat. */
    public VirtualFleet() {
        this(setting -> RequestText.random(setting.seed(), setting.model().vocabularySize()));
    }

    public VirtualFleet(TextSource texts) {
        this.texts = texts;
    }

    @Override
    public FleetRun run(FleetSetting setting, List<Arrival> arrivals) {
        return new VirtualPipeline(setting, texts.of(setting), arrivals).run();
    }
}
