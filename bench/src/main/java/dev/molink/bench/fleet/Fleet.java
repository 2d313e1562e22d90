package dev.molink.bench.fleet;

import java.util.List;

/** Something that serves a trace as a setting says. */
@FunctionalInterface
public interface Fleet {

    /** Runs until every request is served; arrivals are in order. */
    FleetRun run(FleetSetting setting, List<Arrival> arrivals) throws InterruptedException;
}
