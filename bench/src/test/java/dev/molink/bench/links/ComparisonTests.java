package dev.molink.bench.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.bench.engine.Spread;
import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.links.LinksReport.Result;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTests {

    private static final Spread NOTHING = new Spread(0, 0, 0, 0);

    private static Result result(double ttft, double goodput, double margin) {
        return new Result(
                "fair",
                "bf16",
                "auto",
                "ours",
                new Spread(ttft, 0, 0, 0),
                NOTHING,
                NOTHING,
                NOTHING,
                1,
                goodput,
                0.5,
                BigDecimal.valueOf(margin));
    }

    private static Comparison comparison(Result ours) throws InterruptedException {
        // A row of 5120 numbers in bf16 takes 10240 bytes, 0.8192 ms at 12.5 MB/s; there are three delays of 15 ms.
        Bounds bounds = Bounds.of(
                (_, arrivals) -> Runs.queue(arrivals, 300),
                Runs.SETTING,
                List.of(new Arrival(0, 1000, 11), new Arrival(1, 1000, 11)));
        return new Comparison("", ours, bounds);
    }

    @Test
    void setsARatioBesideWhatTheWireAndLonelyRequestsTake() throws InterruptedException {
        Target target = comparison(result(400, 1, 1)).meanTtft(result(2000, 1, 1), 0.25);

        assertThat(target.reached().orElseThrow()).isEqualTo(0.2);
        assertThat(target.wire().orElseThrow()).isCloseTo((819.2 + 45) / 2000, within(1e-9));
        assertThat(target.alone().orElseThrow()).isEqualTo(300.0 / 2000);
        assertThat(target.verdict()).isEqualTo("met");
    }

    @Test
    void boundsTheGoodputByTheRowsThatFillALink() throws InterruptedException {
        Target target = comparison(result(0, 0.9, 1)).goodput(result(0, 0.5, 1), 2);

        assertThat(target.wire().orElseThrow()).isCloseTo(1e3 / (1010 * 0.8192) / 0.5, within(1e-9));
        assertThat(target.verdict()).isEqualTo("missed");
    }

    @Test
    void givesNoRatioToALoss() throws InterruptedException {
        Target target = comparison(result(0, 1, 0.4)).margin(result(0, 1, -0.3), 2.51);

        assertThat(target.reached()).isEmpty();
        assertThat(target.figures()).isEqualTo("0.40 / -0.30");
        assertThat(target.verdict()).isEqualTo("–");
    }
}
