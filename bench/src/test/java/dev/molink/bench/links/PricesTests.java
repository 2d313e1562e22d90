package dev.molink.bench.links;

import static dev.molink.bench.links.Runs.request;
import static dev.molink.bench.links.Runs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.molink.bench.fleet.FleetRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTests {

    @Test
    void weighsTokensAgainstNodeHours() {
        Prices prices = Prices.parse("0.36", "100/400");
        FleetRun run = run(10_000, request(0, 30, 1, 2), request(0, 50, 5));

        // 80 · 100 + 3 · 400 millionths; three nodes at 0.36 for a 360th of an hour.
        assertThat(prices.revenue(run)).isEqualByComparingTo("0.0092");
        assertThat(prices.cost(run, 3)).isEqualByComparingTo("0.003");
        assertThat(prices.margin(run, 3).doubleValue()).isCloseTo((0.0092 - 0.003) / 0.003, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"free, 1/2", "0, 1/2", "-1, 1/2", "0.3, 1", "0.3, 1/-2", "0.3, a/b"})
    void refusesWhatIsNoPrice(String node, String tokens) {
        assertThatThrownBy(() -> Prices.parse(node, tokens)).isInstanceOf(IllegalArgumentException.class);
    }
}
