package dev.molink.bench.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.links.Workload.Sample;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTests {

    private static final long SECOND = 1_000_000_000L;
    private static final int CONTEXT = 100_000;

    /** Ten a second, every prompt of its own length. */
    private final List<Arrival> source = IntStream.range(0, 10_000)
            .mapToObj(i -> new Arrival(i * SECOND / 10, i + 1, 7))
            .toList();

    private final Workload workload = new Workload("source", source, 42);

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 2, 9, 10, 25})
    void thinsToTheRate(double requestsPerSecond) {
        List<Arrival> kept = workload.thinned(requestsPerSecond, 400, CONTEXT).arrivals();

        double rate = 399.0 * SECOND / kept.getLast().nanos();
        assertThat(kept).hasSize(400);
        assertThat(kept.getFirst().nanos()).isZero();
        assertThat(rate).isCloseTo(requestsPerSecond, within(0.12 * requestsPerSecond));
    }

    @Test
    void keepsTimesBetweenWhatItKeeps() {
        List<Arrival> kept = workload.thinned(1, 100, CONTEXT).arrivals();

        for (int i = 1; i < kept.size(); i++) {
            Arrival before = kept.get(i - 1);
            Arrival after = kept.get(i);
            assertThat(after.nanos() - before.nanos())
                    .isEqualTo((after.promptTokens() - before.promptTokens()) * SECOND / 10);
        }
    }

    @Test
    void keepsAtAHigherRateWhatItKeptAtALowerOne() {
        List<Integer> few = prompts(workload.thinned(1, 50, CONTEXT));
        List<Integer> many = prompts(workload.thinned(4, 800, CONTEXT));

        assertThat(new HashSet<>(many)).containsAll(few);
    }

    @Test
    void beginsAnewWhereTheSourceIsTooShort() {
        Workload small = new Workload("small", source.subList(0, 100), 3);

        List<Arrival> kept = small.thinned(5, 500, CONTEXT).arrivals();

        assertThat(kept).hasSize(500);
        assertThat(kept).isSortedAccordingTo((one, other) -> Long.compare(one.nanos(), other.nanos()));
        assertThat(499.0 * SECOND / kept.getLast().nanos()).isCloseTo(5, within(0.6));
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(new Workload("source", source, 42).thinned(3, 200, CONTEXT))
                .isEqualTo(workload.thinned(3, 200, CONTEXT))
                .isNotEqualTo(new Workload("source", source, 43).thinned(3, 200, CONTEXT));
    }

    @Test
    void cutsPromptsThatDoNotFitTheContext() {
        Sample sample = workload.thinned(10, 10_000, 1000);

        assertThat(sample.cut()).isEqualTo(10_000 - 993);
        assertThat(sample.arrivals())
                .allSatisfy(each ->
                        assertThat(each.promptTokens() + each.generatedTokens()).isLessThanOrEqualTo(1000));
    }

    @Test
    void refusesASourceWithoutARate() {
        assertThatThrownBy(() -> new Workload("one", List.of(new Arrival(0, 1, 1)), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Integer> prompts(Sample sample) {
        return sample.arrivals().stream().map(Arrival::promptTokens).toList();
    }
}
