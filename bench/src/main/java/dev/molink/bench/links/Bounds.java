package dev.molink.bench.links;

import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.fleet.Fleet;
import dev.molink.bench.fleet.FleetSetting;
import dev.molink.bench.links.Latencies.Spreads;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What no order of sending can do better than.
 *
 * @param wireTtft mean TTFT, milliseconds, if there were only one prompt's bytes on one link at a time, and the delays
 * @param wireTpot milliseconds, if there were only one row on each link, and the delays; NaN with speculation, where one
 *     round may bring several tokens
 * @param wireRequests requests per second whose rows fill a link
 * @param alone the same requests, none of which ever meets another one
 */
record Bounds(double wireTtft, double wireTpot, double wireRequests, Spreads alone) {

    /** Longer than any request takes alone. */
    private static final long APART_NANOS = 300_000_000_000L;

    static Bounds of(Fleet fleet, FleetSetting setting, List<Arrival> arrivals) throws InterruptedException {
        double rowMillis = setting.rowBytes() / setting.link().bytesPerSecond() * 1e3;
        double delays = setting.stages() * setting.link().delay().toNanos() / 1e6;
        double prompt =
                arrivals.stream().mapToInt(Arrival::promptTokens).average().orElseThrow();
        double answer =
                arrivals.stream().mapToInt(Arrival::generatedTokens).average().orElseThrow();
        return new Bounds(
                prompt * rowMillis + delays,
                setting.speculation() instanceof SpeculationOption.Off
                        ? (setting.stages() - 1) * rowMillis + delays
                        : Double.NaN,
                1e3 / ((prompt + answer - 1) * rowMillis),
                Latencies.of(fleet.run(setting, apart(arrivals))).spreads());
    }

    private static List<Arrival> apart(List<Arrival> arrivals) {
        List<Arrival> apart = new ArrayList<>();
        for (int i = 0; i < arrivals.size(); i++) {
            apart.add(new Arrival(
                    i * APART_NANOS,
                    arrivals.get(i).promptTokens(),
                    arrivals.get(i).generatedTokens()));
        }
        return apart;
    }
}
