package dev.molink.bench.links;

import static dev.molink.bench.links.Runs.request;
import static dev.molink.bench.links.Runs.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.bench.links.Contestant.Baseline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LinksReportTests {

    private final Measured measured = new Measured(
            new Contestant(Baseline.OURS, Runs.SETTING),
            run(1000, request(0, 30, 100, 150, 200), request(500, 30, 700, 800)),
            Optional.empty(),
            Prices.parse("0.36", "100/400"));

    @Test
    void isWrittenWithTheNamesThatReadersExpect() {
        LinksReport report = new LinksReport(Map.of("rps", 0.2), List.of(measured.result()));

        JsonNode json = JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(report));

        assertThat(json.propertyNames()).containsExactlyInAnyOrder("setting", "results");
        JsonNode result = json.at("/results/0");
        assertThat(result.propertyNames())
                .containsExactly(
                        "policy",
                        "codec",
                        "batching",
                        "baseline",
                        "ttft",
                        "tpot",
                        "itl",
                        "latency",
                        "throughput",
                        "goodput",
                        "linkBusy",
                        "margin");
        assertThat(result.get("baseline").asString()).isEqualTo("ours");
        assertThat(result.get("ttft").propertyNames()).containsExactly("mean", "p50", "p90", "p99");
        assertThat(result.at("/ttft/mean").asDouble()).isEqualTo(150);
        assertThat(result.at("/tpot/mean").asDouble()).isEqualTo(75);
        assertThat(result.at("/throughput").asDouble()).isEqualTo(5);
        assertThat(result.at("/linkBusy").asDouble()).isEqualTo(0.5);
    }

    @Test
    void comparesOursWithBaselinesOfTheSameCodec() {
        LinksReport report = new LinksReport(
                Map.of(),
                List.of(
                        result(Contestant.published(Runs.SETTING, policy("molink")), 400),
                        result(
                                Contestant.ours(
                                        Runs.SETTING, policy("molink"), Runs.SETTING.codec(), Runs.SETTING.batching()),
                                200),
                        result(new Contestant(Baseline.OURS, Runs.SETTING), 100)));

        List<String> lines = new LinksTable(report).lines();

        assertThat(lines)
                .anyMatch(line -> line.matches("fair bf16 +auto +molink \\(published\\) +molink +0\\.25 .*"))
                .anyMatch(line -> line.matches("fair bf16 +auto +molink bf16 +auto +0\\.50 .*"));
    }

    private static dev.molink.stagenode.transmit.TransmitPolicy policy(String name) {
        return dev.molink.stagenode.transmit.TransmitPolicy.parse(name);
    }

    private static LinksReport.Result result(Contestant contestant, long ttftMillis) {
        return new Measured(
                        contestant,
                        run(1000, request(0, 30, ttftMillis, ttftMillis + 10)),
                        Optional.empty(),
                        Prices.parse("0.36", "100/400"))
                .result();
    }
}
