package dev.molink.controlplane.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UsageTimesTests {

    private static final Instant EARLIEST = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant LATEST = EARLIEST.plusSeconds(10);

    @Test
    void staysWhereItIsWithinTheBounds() {
        assertThat(at(0, 3, 10).within(EARLIEST, LATEST)).isEqualTo(at(0, 3, 10));
        assertThat(at(1, null, 2).within(EARLIEST, LATEST)).isEqualTo(at(1, null, 2));
    }

    @Test
    void movesAsAWhole() {
        assertThat(at(-3600, -3599, -3593).within(EARLIEST, LATEST)).isEqualTo(at(0, 1, 7));
        assertThat(at(3600, 3601, 3607).within(EARLIEST, LATEST)).isEqualTo(at(3, 4, 10));
        assertThat(at(-1, null, 4).within(EARLIEST, LATEST)).isEqualTo(at(0, null, 5));
    }

    @Test
    void losesItsBeginningWhereItIsLongerThanTheBoundsAreApart() {
        assertThat(at(-30, -25, -1).within(EARLIEST, LATEST)).isEqualTo(at(0, 0, 10));
        assertThat(at(5, 29, 30).within(EARLIEST, LATEST)).isEqualTo(at(0, 9, 10));
    }

    @Test
    void isInOrderWhenTheClockWasSetBackMeanwhile() {
        assertThat(at(3600, 3605, 2).within(EARLIEST, LATEST)).isEqualTo(at(2, 2, 2));
        assertThat(at(4, 3, -3600).within(EARLIEST, LATEST)).isEqualTo(at(0, 0, 0));
    }

    @Test
    void isTheEarliestWhereTheLatestLiesBeforeIt() {
        assertThat(at(5, 6, 7).within(EARLIEST, EARLIEST.minusSeconds(1))).isEqualTo(at(0, 0, 0));
    }

    private static UsageTimes at(long received, @Nullable Integer firstToken, long finished) {
        return new UsageTimes(
                EARLIEST.plusSeconds(received),
                firstToken == null ? null : EARLIEST.plusSeconds(firstToken),
                EARLIEST.plusSeconds(finished));
    }
}
