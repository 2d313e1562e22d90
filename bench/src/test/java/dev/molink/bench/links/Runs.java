package dev.molink.bench.links;

import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.fleet.FleetSetting;
import dev.molink.bench.fleet.RequestTiming;
import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.model.PublishedModels;
import dev.molink.stagenode.simulation.DeviceProfiles;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/** Runs and settings for tests. */
final class Runs {

    static final long MILLI = 1_000_000L;

    static final FleetSetting SETTING = new FleetSetting(
            PublishedModels.config("qwen3-14b"),
            DeviceProfiles.of("rtx4090"),
            3,
            new LinkShape(12.5e6, Duration.ofMillis(15)),
            TransmitPolicy.FAIR,
            ActivationCodec.BF16,
            1,
            BatchingOption.parse("auto"),
            SpeculationOption.parse("off"),
            1);

    private Runs() {}

    /** A request at {@code arrivalMillis} whose tokens came at these milliseconds. */
    static RequestTiming request(long arrivalMillis, int promptTokens, long... tokenMillis) {
        return new RequestTiming(
                new Arrival(arrivalMillis * MILLI, promptTokens, tokenMillis.length),
                LongStream.of(tokenMillis).mapToObj(millis -> millis * MILLI).toList());
    }

    static FleetRun run(long durationMillis, RequestTiming... requests) {
        return new FleetRun(List.of(requests), durationMillis * MILLI, List.of(0.25, 0.5), List.of(0.1), 1000);
    }

    /**
     * A fleet of one server: each request takes {@code serviceMillis} for its first token, one after the other, and 10 ms
     * for each token behind it.
     */
    static FleetRun queue(List<Arrival> arrivals, long serviceMillis) {
        long free = 0;
        RequestTiming[] timings = new RequestTiming[arrivals.size()];
        for (int i = 0; i < timings.length; i++) {
            Arrival arrival = arrivals.get(i);
            free = Math.max(free, arrival.nanos()) + serviceMillis * MILLI;
            long first = free;
            timings[i] = new RequestTiming(
                    arrival,
                    LongStream.range(0, arrival.generatedTokens())
                            .mapToObj(token -> first + token * 10 * MILLI)
                            .toList());
        }
        return run(free / MILLI, timings);
    }
}
