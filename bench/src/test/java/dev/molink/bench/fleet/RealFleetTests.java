package dev.molink.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.model.PublishedModels;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.simulation.DeviceProfiles;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class RealFleetTests {

    private static final ModelConfig MODEL = PublishedModels.config("qwen3-0.6b");

    @Test
    void servesATraceToItsLengths() throws InterruptedException {
        List<Arrival> arrivals =
                List.of(new Arrival(0, 40, 12), new Arrival(50_000_000, 200, 5), new Arrival(100_000_000, 3, 1));

        FleetRun run = new RealFleet(2).run(setting(1), arrivals);

        assertThat(run.requests()).extracting(RequestTiming::arrival).isEqualTo(arrivals);
        assertThat(run.requests()).allSatisfy(request -> {
            assertThat(request.tokenNanos()).hasSize(request.arrival().generatedTokens());
            assertThat(request.tokenNanos()).isSortedAccordingTo(Comparator.naturalOrder());
            // A prompt crosses one cut and its token comes back over another link: 5 ms each.
            assertThat(request.tokenNanos().getFirst() - request.arrival().nanos())
                    .isGreaterThan(10_000_000);
        });
        assertThat(run.durationNanos())
                .isEqualTo(run.requests().stream()
                        .mapToLong(request -> request.tokenNanos().getLast())
                        .max()
                        .orElseThrow());
        assertThat(run.linkBusyShare())
                .singleElement()
                .satisfies(share -> assertThat(share).isBetween(0.0, 1.1));
        assertThat(run.stageBusyShare())
                .hasSize(2)
                .allSatisfy(share -> assertThat(share).isBetween(0.001, 1.0));
    }

    @Test
    void twoTensorsTakeTwiceTheWire() throws InterruptedException {
        List<Arrival> arrivals = List.of(new Arrival(0, 400, 2));

        long one = new RealFleet(2).run(setting(1), arrivals).wireBytes();
        long two = new RealFleet(2).run(setting(2), arrivals).wireBytes();

        long rows = 401L * 1024 * Float.BYTES;
        assertThat(one).isBetween(rows, rows + rows / 5);
        assertThat(two).isBetween(2 * rows, 2 * rows + rows / 5);
    }

    @Test
    void refusesRequestsThatNoContextHolds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RealFleet(2).run(setting(1), List.of(new Arrival(0, 40_960, 1))))
                .withMessage("a request of 40960 and 1 tokens is longer than the context of 40960");
    }

    private static FleetSetting setting(int tensors) {
        return new FleetSetting(
                MODEL,
                DeviceProfiles.of("rtx4090"),
                2,
                LinkShape.parse("1gbit", "5ms"),
                TransmitPolicy.FIFO,
                ActivationCodec.F32,
                tensors,
                new BatchingOption.Auto(),
                new SpeculationOption.Off(),
                1);
    }
}
