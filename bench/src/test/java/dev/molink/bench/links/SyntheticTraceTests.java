package dev.molink.bench.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.molink.bench.fleet.Arrival;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The generators against the traces that they stand for, where these are there. */
class SyntheticTraceTests {

    private static final double[] SHARES = {0.1, 0.25, 0.5, 0.75, 0.9, 0.99};

    @ParameterizedTest
    @CsvSource({"conversation, conv, 5.53, 1.1", "code, code, 2.57, 13"})
    void hasTheStatisticsOfTheTrace(String name, String file, double rate, double variation) throws IOException {
        Path trace = Path.of(
                System.getProperty("molink.shared", "absent"),
                "traces",
                "AzureLLMInferenceTrace_%s.csv".formatted(file));
        assumeTrue(Files.exists(trace), () -> "NOT RUN: no trace at " + trace);
        List<Arrival> real = TraceFile.read(trace);

        List<Arrival> made = SyntheticTrace.parse(name).generate(100_000, 7);

        for (double share : SHARES) {
            quantilesAgree(real, made, Arrival::promptTokens, share);
            quantilesAgree(real, made, Arrival::generatedTokens, share);
        }
        assertThat(mean(made, Arrival::promptTokens)).isCloseTo(mean(real, Arrival::promptTokens), within(60.0));
        assertThat(mean(made, Arrival::generatedTokens)).isCloseTo(mean(real, Arrival::generatedTokens), within(12.0));
        assertThat(new Workload(name, made, 1).rate()).isCloseTo(rate, within(0.1 * rate));
        assertThat(variation(made)).isCloseTo(variation, within(0.25 * variation));
    }

    private static void quantilesAgree(
            List<Arrival> real, List<Arrival> made, ToIntFunction<Arrival> tokens, double share) {
        double expected = quantile(real, tokens, share);
        assertThat(quantile(made, tokens, share)).isCloseTo(expected, within(1 + 0.05 * expected));
    }

    private static double quantile(List<Arrival> arrivals, ToIntFunction<Arrival> tokens, double share) {
        int[] sorted = arrivals.stream().mapToInt(tokens).sorted().toArray();
        return sorted[(int) (share * sorted.length)];
    }

    private static double mean(List<Arrival> arrivals, ToIntFunction<Arrival> tokens) {
        return arrivals.stream().mapToInt(tokens).average().orElseThrow();
    }

    /** Coefficient of variation of the gaps. */
    private static double variation(List<Arrival> arrivals) {
        double[] gaps = IntStream.range(1, arrivals.size())
                .mapToDouble(i -> arrivals.get(i).nanos() - arrivals.get(i - 1).nanos())
                .toArray();
        double mean = IntStream.range(0, gaps.length)
                .mapToDouble(i -> gaps[i])
                .average()
                .orElseThrow();
        double square = IntStream.range(0, gaps.length)
                .mapToDouble(i -> (gaps[i] - mean) * (gaps[i] - mean))
                .average()
                .orElseThrow();
        return Math.sqrt(square) / mean;
    }
}
