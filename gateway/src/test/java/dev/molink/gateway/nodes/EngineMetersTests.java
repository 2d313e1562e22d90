package dev.molink.gateway.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.LinkTraffic;
import dev.molink.proto.node.v1.StageFigures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.AbstractDoubleAssert;
import org.junit.jupiter.api.Test;

class EngineMetersTests {

    private static final LinkTraffic TRAFFIC = LinkTraffic.newBuilder()
            .setBusyShare(0.25)
            .setControlBytes(10)
            .setDecodeBytes(20)
            .setPrefillBytes(30)
            .setDecodeWaitP50Nanos(1_500_000)
            .setDecodeWaitP99Nanos(4_000_000)
            .setFramesRepeated(5)
            .setCorruptFrames(3)
            .setProbes(7)
            .build();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EngineMeters meters = new EngineMeters(registry);

    @Test
    void showEachLinkInSecondsAndBytes() {
        meters.beat("head-1", figures("int8", TRAFFIC));

        assertGauge("molink.link.rate", "stage", "1").isEqualTo(12_500_000);
        assertGauge("molink.link.delay", "stage", "1").isCloseTo(0.015, within(1e-12));
        assertGauge("molink.link.busy.share", "stage", "1").isEqualTo(0.25);
        assertGauge("molink.link.bytes", "stage", "1", "class", "control").isEqualTo(10);
        assertGauge("molink.link.bytes", "stage", "1", "class", "decode").isEqualTo(20);
        assertGauge("molink.link.bytes", "stage", "1", "class", "prefill").isEqualTo(30);
        assertGauge("molink.link.decode.wait", "stage", "1", "quantile", "0.5").isCloseTo(0.0015, within(1e-12));
        assertGauge("molink.link.decode.wait", "stage", "1", "quantile", "0.99").isCloseTo(0.004, within(1e-12));
        assertGauge("molink.link.frames.repeated", "stage", "1").isEqualTo(5);
        assertGauge("molink.link.frames.corrupt", "stage", "1").isEqualTo(3);
        assertGauge("molink.link.probes", "stage", "1").isEqualTo(7);
        assertGauge("molink.link.bytes", "stage", "0", "class", "prefill").isZero();
    }

    @Test
    void followTheNewestFigures() {
        meters.beat("head-1", figures("int8", TRAFFIC));

        meters.beat(
                "head-1",
                figures("int8", TRAFFIC.toBuilder().setPrefillBytes(31).build()));

        assertGauge("molink.link.bytes", "stage", "1", "class", "prefill").isEqualTo(31);
    }

    @Test
    void nameCodecAndPolicyOfTheStandingFormationOnly() {
        meters.beat("head-1", figures("int8", TRAFFIC));
        assertGauge("molink.pipeline.wire", "codec", "int8", "policy", "fair").isEqualTo(1);

        meters.beat("head-1", figures("bf16", TRAFFIC));

        assertGauge("molink.pipeline.wire", "codec", "bf16", "policy", "fair").isEqualTo(1);
        assertThat(registry.find("molink.pipeline.wire").gauges()).hasSize(1);
        assertThat(registry.find("molink.link.rate").gauges()).hasSize(2);
    }

    @Test
    void goWithTheHead() {
        meters.beat("head-1", figures("int8", TRAFFIC));

        meters.over("head-1");

        assertThat(registry.getMeters()).isEmpty();
        assertThat(meters.newest()).isEmpty();
    }

    private AbstractDoubleAssert<?> assertGauge(String name, String... tags) {
        return assertThat(
                registry.get(name).tag("head", "head-1").tags(tags).gauge().value());
    }

    private static EngineFigures figures(String codec, LinkTraffic traffic) {
        return EngineFigures.newBuilder()
                .setCodec(codec)
                .setTransmitPolicy("fair")
                .addStages(StageFigures.getDefaultInstance())
                .addStages(StageFigures.newBuilder()
                        .setLinkBytesPerSecond(12_500_000)
                        .setLinkOneWayNanos(15_000_000)
                        .setLinkTraffic(traffic))
                .build();
    }
}
