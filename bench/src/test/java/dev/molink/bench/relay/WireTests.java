package dev.molink.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WireTests {

    private static final LinkShape SHAPE = new LinkShape(1e6, Duration.ofMillis(3));

    private final Wire wire = new Wire(SHAPE);

    @Test
    void letsBytesLeaveOneAfterAnother() {
        assertThat(wire.departure(1000, 0)).isEqualTo(1_000_000);
        assertThat(wire.departure(500, 0)).isEqualTo(1_500_000);
        assertThat(wire.departure(500, 1_200_000)).isEqualTo(2_000_000);
    }

    @Test
    void savesNothingUpWhileIdle() {
        wire.departure(1000, 0);

        assertThat(wire.departure(1000, 50_000_000)).isEqualTo(51_000_000);
    }

    @Test
    void losesNoTimeToRounding() {
        Wire fast = new Wire(new LinkShape(3e9, Duration.ZERO));
        long last = 0;
        for (int i = 0; i < 3_000_000; i++) {
            last = fast.departure(1, 0);
        }

        assertThat(last).isEqualTo(1_000_000);
    }

    @Test
    void worksWithClocksThatAreNegative() {
        assertThat(wire.departure(1, -5_000_000)).isEqualTo(-4_999_000);
    }

    @Test
    void changesItsShapeForWhatComesNext() {
        wire.departure(1000, 0);

        wire.shape(new LinkShape(2e6, Duration.ofMillis(7)));

        assertThat(wire.departure(1000, 0)).isEqualTo(1_500_000);
        assertThat(wire.delayNanos()).isEqualTo(7_000_000);
    }
}
