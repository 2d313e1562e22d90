package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.journal.CounterHistory;
import dev.molink.stagenode.journal.RequestCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** From the rows that real stages compute to cost, margin and proof, through kill -9 of every part. */
@Timeout(value = 10, unit = java.util.concurrent.TimeUnit.MINUTES)
class EvidenceIT {

    private static final String ADMIN = "admin-of-the-test";
    private static final Duration RECOVERY = Duration.ofMinutes(4);

    private final Instant began = Instant.now().minusSeconds(1);
    private RunningDemo demo;
    private AdminClient admin;

    @BeforeEach
    void start() throws Exception {
        demo = RunningDemo.start(Map.of("MOLINK_DEMO_ADMIN_KEY", ADMIN), "--stages", "2");
        admin = new AdminClient(demo.port(), ADMIN, null);
        admin.post("/admin/v1/nodes/cost_profiles", """
                {"node_id": "*", "currency": "USD", "rent_per_hour": "0.36", "price_per_gigabyte": "0.05",
                 "effective_from": 0}""");
    }

    @AfterEach
    void stop() {
        demo.close();
    }

    /** No gateway is there when the stages die: what they counted must come out of their journals. */
    @Test
    void evidenceOutlivesStagesThatAreKilledBeforeAnyGatewayHasIt() throws Exception {
        String answer = demo.post("/v1/chat/completions", Golden.request("What is MoLink?"))
                .body();
        demo.child("GatewayApplication").destroyForcibly();
        assertThat(answer).contains(Golden.answer("What is MoLink?"));
        Eventually.within("both stages have written what they counted", () -> {
            List<Long> rows = countedRows();
            return rows.size() == 2 && rows.getFirst() > 0 && rows.getFirst().equals(rows.getLast());
        });
        demo.child("StageNodeApplication", "--start-layer 4 ").destroyForcibly();
        demo.child("StageNodeApplication", "--start-layer 0 ").destroyForcibly();

        Eventually.within(RECOVERY, "the request is booked", () -> demo.usage().size() == 1);
        String request = demo.usage().getFirst().get("requestId").asString();
        Eventually.within(
                RECOVERY, "its cost is known", () -> cost(request).at("/known").asBoolean());

        assertThat(cost(request).at("/amounts/0/currency").asString()).isEqualTo("USD");
        assertThat(Double.parseDouble(cost(request).at("/amounts/0/value").asString()))
                .isPositive();
        assertProved(1);
    }

    /** Any number of choices, drafts, cancelled streams: each row that a stage computed is booked and paid for. */
    @Test
    void everyRequestIsProvedAndHasItsCost() throws Exception {
        Random random = new Random(7);
        int requests = 12;
        for (int number = 0; number < requests; number++) {
            HttpResponse<String> answer = demo.post("/v1/completions", """
                    {"model": "molink-demo", "prompt": "%d. %s", "max_tokens": %d, "ignore_eos": true, "n": %d}""".formatted(
                            number, "and then ".repeat(random.nextInt(60)), 1 + random.nextInt(40), 1 + number % 3));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }

        Eventually.within(RECOVERY, "every request's cost is known", () -> {
            JsonNode total = report().get("total");
            return total.get("requests").asInt() == requests
                    && total.at("/cost/known").asBoolean();
        });

        JsonNode total = report().get("total");
        assertThat(total.get("busy_nanos").asLong()).isPositive();
        assertThat(total.get("bytes_sent").asLong()).isPositive();
        assertThat(report().get("idle").size()).isEqualTo(2);
        assertProved(requests);
    }

    private void assertProved(int requests) throws Exception {
        JsonNode asked = admin.post(
                "/admin/v1/reconciliation",
                "{\"start_time\": %d, \"end_time\": %d}"
                        .formatted(began.getEpochSecond(), Instant.now().getEpochSecond() + 5));
        String path = "/admin/v1/reconciliation/" + asked.get("id").asString();
        Eventually.within(
                RECOVERY,
                "the books are compared",
                () -> admin.get(path).get("status").asString().equals("finished"));
        JsonNode run = admin.get(path);
        assertThat(run.get("requests").asInt()).isEqualTo(requests);
        assertThat(run.get("difference").asInt()).as(run.toString()).isZero();
        assertThat(run.get("open_items").asInt()).as(run.toString()).isZero();
    }

    private JsonNode report() throws Exception {
        return admin.get("/admin/v1/profit?group_by=request&start_time=" + began.getEpochSecond());
    }

    private JsonNode cost(String request) throws Exception {
        return report().get("data")
                .valueStream()
                .filter(line -> line.get("request_id").asString().equals(request))
                .findFirst()
                .orElseThrow()
                .get("cost");
    }

    /** Rows of whatever cause in each stage's journal. */
    private List<Long> countedRows() throws IOException {
        try (Stream<Path> found = Files.find(
                demo.data(),
                4,
                (path, file) -> file.isDirectory() && path.endsWith("counters") && CounterHistory.isIn(path))) {
            return found.map(EvidenceIT::rows).toList();
        }
    }

    private static long rows(Path folder) {
        try {
            RequestCounts.Rows rows = CounterHistory.read(folder).totals().rows();
            return rows.computed() + rows.recomputed() + rows.accepted() + rows.rejected() + rows.discarded();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
