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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * From the rows that real stages compute to cost, margin and proof, through kill -9 of every part. One demo for all tests,
 * since it takes its time to start.
 */
@Timeout(value = 10, unit = java.util.concurrent.TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EvidenceIT {

    private static final String ADMIN = "admin-of-the-test";
    private static final Duration RECOVERY = Duration.ofMinutes(4);

    @SuppressWarnings("NullAway.Init") // before all tests
    private static Instant began;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static RunningDemo demo;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static AdminClient admin;

    /** How many requests were asked since then. */
    private static int asked;

    @BeforeAll
    static void start() throws Exception {
        began = Instant.now().minusSeconds(1);
        demo = RunningDemo.start(Map.of("MOLINK_DEMO_ADMIN_KEY", ADMIN), "--stages", "2");
        admin = new AdminClient(demo.port(), ADMIN, null);
        asked = 0;
    }

    @AfterAll
    static void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    /** What the README shows with curl, after the first chat of a fresh demo. */
    @Test
    @Order(1)
    void oneChatIsToldAsUsageCostsLedgerMarginAndProof() throws Exception {
        HttpResponse<String> answer = demo.post("/v1/chat/completions", Golden.request("What is MoLink?"));
        asked++;

        new DemoMoney(admin.in("demo"), began, answer).assertTold();

        assertProved();
    }

    /** Any number of choices, drafts, cancelled streams: each row that a stage computed is booked and paid for. */
    @Test
    @Order(2)
    void everyRequestIsProvedAndHasItsCost() throws Exception {
        Random random = new Random(7);
        for (int number = 0; number < 12; number++) {
            HttpResponse<String> answer = demo.post("/v1/completions", """
                    {"model": "molink-demo", "prompt": "%d. %s", "max_tokens": %d, "ignore_eos": true, "n": %d}""".formatted(
                            number, "and then ".repeat(random.nextInt(60)), 1 + random.nextInt(40), 1 + number % 3));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            asked++;
        }

        Eventually.within(RECOVERY, "every request's cost is known", () -> {
            JsonNode total = report().get("total");
            return total.get("requests").asInt() == asked
                    && total.at("/cost/known").asBoolean();
        });

        JsonNode total = report().get("total");
        assertThat(total.get("busy_nanos").asLong()).isPositive();
        assertThat(total.get("bytes_sent").asLong()).isPositive();
        assertThat(report().get("idle").size()).isEqualTo(2);
        assertProved();
    }

    /** No gateway is there when the stages die: what they counted must come out of their journals. Last, since it kills. */
    @Test
    @Order(3)
    void evidenceOutlivesStagesThatAreKilledBeforeAnyGatewayHasIt() throws Exception {
        Eventually.within("both stages have written what they counted before", EvidenceIT::haveCountedTheSame);
        long countedBefore = countedRows().getFirst();
        List<String> recordedBefore = requestIds();
        String answer = demo.post("/v1/chat/completions", Golden.request("What is MoLink?"))
                .body();
        demo.child("GatewayApplication").destroyForcibly();
        asked++;
        assertThat(answer).contains(Golden.answer("What is MoLink?"));
        Eventually.within(
                "both stages have written what they counted",
                () -> haveCountedTheSame() && countedRows().getFirst() > countedBefore);
        demo.child("StageNodeApplication", "--start-layer 4 ").destroyForcibly();
        demo.child("StageNodeApplication", "--start-layer 0 ").destroyForcibly();

        Eventually.within(RECOVERY, "the request is booked", () -> requestIds().size() == recordedBefore.size() + 1);
        List<String> booked = new ArrayList<>(requestIds());
        booked.removeAll(recordedBefore);
        String request = booked.getFirst();
        Eventually.within(
                RECOVERY, "its cost is known", () -> cost(request).at("/known").asBoolean());

        assertThat(cost(request).at("/amounts/0/currency").asString()).isEqualTo("USD");
        assertThat(Double.parseDouble(cost(request).at("/amounts/0/value").asString()))
                .isPositive();
        assertProved();
    }

    private static void assertProved() throws Exception {
        JsonNode run = admin.reconcile(began);
        assertThat(run.get("requests").asInt()).isEqualTo(asked);
        assertThat(run.get("difference").asInt()).as(run.toString()).isZero();
        assertThat(run.get("open_items").asInt()).as(run.toString()).isZero();
    }

    private static List<String> requestIds() throws Exception {
        return demo.usage().stream()
                .map(record -> record.get("requestId").asString())
                .toList();
    }

    private static boolean haveCountedTheSame() throws IOException {
        List<Long> rows = countedRows();
        return rows.size() == 2 && rows.getFirst() > 0 && rows.getFirst().equals(rows.getLast());
    }

    private static JsonNode report() throws Exception {
        return admin.get("/admin/v1/profit?group_by=request&start_time=" + began.getEpochSecond());
    }

    private static JsonNode cost(String request) throws Exception {
        return report().get("data")
                .valueStream()
                .filter(line -> line.get("request_id").asString().equals(request))
                .findFirst()
                .orElseThrow()
                .get("cost");
    }

    /** Rows of whatever cause in each stage's journal. */
    private static List<Long> countedRows() throws IOException {
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
