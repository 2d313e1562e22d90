package dev.molink.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WireTests {

    /** A byte takes a microsecond. */
    private static final LinkShape SHAPE = new LinkShape(1e6, Duration.ofMillis(3));

    private final Wire wire = wire(SHAPE);

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
        Wire fast = wire(new LinkShape(3e9, Duration.ZERO));
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

        wire.shape(new LinkShape(2e6, Duration.ofMillis(7)), 0);

        assertThat(wire.departure(1000, 0)).isEqualTo(1_500_000);
        assertThat(wire.arrival(1_500_000)).isEqualTo(8_500_000);
    }

    @Test
    void isFreeAtOnceUntilItCarriesSomething() {
        assertThat(wire.freeNanos(42)).isEqualTo(42);

        wire.departure(1000, 42);

        assertThat(wire.freeNanos(42)).isEqualTo(1_000_042);
    }

    @Nested
    class WithABurst {

        private final Wire bursting = wire(SHAPE.withBurst(3000));

        @Test
        void letsABurstPassAtOnceAndThenHoldsTheRate() {
            assertThat(bursting.departure(2000, 0)).isZero();
            assertThat(bursting.departure(2000, 0)).isEqualTo(1_000_000);
            assertThat(bursting.departure(1000, 0)).isEqualTo(2_000_000);
        }

        @Test
        void savesUpNoMoreThanABurst() {
            bursting.departure(3000, 0);

            assertThat(bursting.departure(1000, 1_000_000)).isEqualTo(1_000_000);
            assertThat(bursting.departure(4000, 100_000_000)).isEqualTo(101_000_000);
        }
    }

    @Nested
    class WithStalls {

        /** Works for three milliseconds of every four. */
        private final Wire stalling = wire(SHAPE.withStall(new Outages(Duration.ofMillis(1), Duration.ofMillis(4))));

        @Test
        void letsNothingDepartDuringAStall() {
            assertThat(stalling.departure(2500, 0)).isEqualTo(2_500_000);
            assertThat(stalling.departure(1000, 0)).isEqualTo(4_500_000);
        }

        @Test
        void letsWhatComesDuringAStallDepartAfterIt() {
            assertThat(stalling.departure(100, 3_200_000)).isEqualTo(4_100_000);
        }

        @Test
        void stallsByCallWhateverItCarries() {
            wire.departure(1000, 0);

            wire.stall(10_000_000, 500_000);

            assertThat(wire.freeNanos(500_000)).isEqualTo(11_000_000);
            assertThat(wire.departure(1000, 600_000)).isEqualTo(12_000_000);
        }

        @RepeatedTest(20)
        void agreesWithAWireThatIsFollowedByteForByte(RepetitionInfo repetition) {
            long seed = 900L + repetition.getCurrentRepetition();
            Random random = new Random(seed);
            int period = 5 + random.nextInt(200);
            int length = random.nextInt(period);
            Wire stalls = wire(SHAPE.withStall(new Outages(micros(length), micros(period))));
            long followed = 0; // microseconds at which the byte-for-byte wire is free
            long ready = 0;
            for (int piece = 0; piece < 200; piece++) {
                ready += random.nextInt(60);
                int bytes = 1 + random.nextInt(50);
                followed = Math.max(followed, ready);
                for (int left = bytes; left > 0; followed++) {
                    left -= followed % period < period - length ? 1 : 0;
                }

                assertThat(stalls.departure(bytes, 1000 * ready))
                        .as("seed %d, piece %d", seed, piece)
                        .isCloseTo(1000 * followed, within(1L));
            }
        }
    }

    @Nested
    class WithJitter {

        @Test
        void drawsUniformlyAroundTheDelayAndTheSameForTheSameSeed() {
            Jitter jitter = new Jitter(Jitter.Spread.UNIFORM, Duration.ofMillis(2), 7);
            Wire one = wire(SHAPE.withJitter(jitter));
            Wire same = wire(SHAPE.withJitter(jitter));
            double sum = 0;
            for (int i = 0; i < 10_000; i++) {
                long arrival = one.arrival(0);
                assertThat(arrival).isBetween(1_000_000L, 5_000_000L).isEqualTo(same.arrival(0));
                sum += arrival;
            }

            assertThat(sum / 10_000).isCloseTo(3e6, within(5e4));
        }

        @Test
        void drawsNormallyWithinThreeDeviations() {
            Wire normal = wire(SHAPE.withJitter(new Jitter(Jitter.Spread.NORMAL, Duration.ofNanos(500_000), 7)));
            double squares = 0;
            for (int i = 0; i < 10_000; i++) {
                long off = normal.arrival(0) - 3_000_000;
                assertThat(off).isBetween(-1_500_000L, 1_500_000L);
                squares += (double) off * off;
            }

            assertThat(Math.sqrt(squares / 10_000)).isCloseTo(5e5, within(2e4));
        }

        @Test
        void neverArrivesBeforeItDeparts() {
            Wire shaky = wire(SHAPE.withJitter(new Jitter(Jitter.Spread.UNIFORM, Duration.ofMillis(30), 7)));
            for (int i = 0; i < 1000; i++) {
                assertThat(shaky.arrival(5_000_000)).isGreaterThanOrEqualTo(5_000_000);
            }
        }
    }

    private static Wire wire(LinkShape shape) {
        return new Wire(shape, 0, 0);
    }

    private static Duration micros(int micros) {
        return Duration.ofNanos(1000L * micros);
    }
}
