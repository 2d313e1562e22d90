package dev.molink.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A wire of a byte a nanosecond, which two connections share. */
class VirtualWireTests {

    private final VirtualClock clock = new VirtualClock(0);
    private final List<String> log = new ArrayList<>();
    private boolean hadRoom = true;
    private final VirtualWire wire = new VirtualWire(clock, 1e9, 2, this::look);

    private void look() {
        boolean hasRoom = wire.hasRoom(1);
        if (hasRoom != hadRoom) {
            log.add("room %s at %d".formatted(hasRoom, clock.now()));
            hadRoom = hasRoom;
        }
    }

    private void carry(int connection, long bytes, String name) {
        wire.carry(connection, bytes, () -> log.add("%s at %d".formatted(name, clock.now())));
    }

    private void runUntil(long nanos) {
        boolean[] over = {false};
        clock.at(nanos, () -> over[0] = true);
        clock.runUntil(() -> over[0]);
    }

    @Test
    void carriesOneConnectionsFramesInOrderAtTheWholeRate() {
        carry(1, 1000, "first");
        carry(1, 500, "second");

        runUntil(10_000);

        assertThat(log).containsExactly("first at 1000", "second at 1500");
    }

    @Test
    void givesEachOfTwoHalf() {
        carry(1, 1000, "long");
        clock.at(400, () -> carry(0, 200, "short"));

        runUntil(10_000);

        assertThat(log)
                .as("200 bytes at half the rate, then the rest of 1000")
                .containsExactly("short at 800", "long at 1200");
    }

    @Test
    void tellsWhenAConnectionHasRoomAgain() {
        carry(1, 3L * VirtualWire.UNSENT_BYTES, "frame");
        look();

        runUntil(100_000);

        assertThat(log)
                .containsExactly(
                        "room false at 0",
                        "room true at %d".formatted(2 * VirtualWire.UNSENT_BYTES),
                        "frame at %d".formatted(3 * VirtualWire.UNSENT_BYTES));
    }

    @Test
    void knowsHowLongAConnectionNeedsForWhatItHas() {
        carry(0, 100, "a");
        carry(1, 1000, "b");

        assertThat(wire.drainNanos(0)).as("at half the rate").isEqualTo(200);
        assertThat(wire.drainNanos(1)).isEqualTo(2000);
    }

    @Test
    void takesNoTimeOnALinkWithoutARate() {
        VirtualWire endless = new VirtualWire(clock, Double.POSITIVE_INFINITY, 1, () -> {});
        endless.carry(0, 1 << 20, () -> log.add("out at %d".formatted(clock.now())));

        runUntil(1);

        assertThat(log).containsExactly("out at 0");
    }
}
