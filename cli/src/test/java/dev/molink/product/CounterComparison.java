package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the stages have counted against what the gateway has booked: the proof that bills rest on. */
final class CounterComparison {

    /** Stages gather counts for a moment before they write them. */
    private static final Duration WRITING = Duration.ofSeconds(60);

    /** A cause of rows, as {@code doctor --counters} and as the usage records name it. */
    private static final Map<String, String> CAUSES = Map.of(
            "computed", "computed",
            "recomputed", "recomputed",
            "replayed", "replayed",
            "verified_accepted", "verifiedAccepted",
            "verified_rejected", "verifiedRejected",
            "discarded", "discarded");

    private static final Set<String> RAN_TO_ITS_END = Set.of("stop", "length");

    private CounterComparison() {}

    /** Every stage tells the same rows by request and cause as the books, and the books add up. */
    static void assertStagesAgreeWithBooks(RunningDemo demo, int stages) throws Exception {
        Eventually.within(WRITING, "every stage's journal says what the books say", () -> {
            Map<String, Map<String, Map<String, Long>>> counted = counted(demo);
            Map<String, Map<String, Long>> books = booked(demo.usage());
            assertThat(counted).hasSize(stages);
            assertThat(counted.values()).allSatisfy(rows -> assertThat(rows).isEqualTo(books));
            return true;
        });
        demo.usage().forEach(CounterComparison::assertRowsAddUp);
    }

    /** Of a request that ran to its end: computed and accepted rows are what its tokens needed, no row more. */
    private static void assertRowsAddUp(JsonNode record) {
        List<String> reasons = record.get("finishReasons")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
        if (!RAN_TO_ITS_END.containsAll(reasons)) {
            return;
        }
        long needed = record.get("promptTokens").asLong()
                - record.get("cachedTokens").asLong()
                + record.get("generatedTokens").asLong()
                - reasons.size(); // each choice's last token is computed by nobody
        assertThat(record.at("/rows/computed").asLong()
                        + record.at("/rows/verifiedAccepted").asLong())
                .as("rows of %s", record)
                .isEqualTo(needed);
    }

    /** Rows by cause of each request that was computed for at all, as the gateway has booked them. */
    private static Map<String, Map<String, Long>> booked(List<JsonNode> records) {
        Map<String, Map<String, Long>> books = new TreeMap<>();
        for (JsonNode record : records) {
            assertThat(record.get("evidence").asString()).as("%s", record).isEqualTo("HEAD");
            Map<String, Long> rows = new TreeMap<>();
            CAUSES.forEach((counted, booked) ->
                    rows.put(counted, record.path("rows").path(booked).asLong(0)));
            put(books, record.get("requestId").asString(), rows);
        }
        return books;
    }

    /** The same of each stage, by its folder. */
    private static Map<String, Map<String, Map<String, Long>>> counted(RunningDemo demo) throws Exception {
        Map<String, Map<String, Map<String, Long>>> stages = new LinkedHashMap<>();
        for (JsonNode stage : counters(demo).get("stages")) {
            assertThat(stage.get("damages")).isEmpty();
            Map<String, Map<String, Long>> requests = new TreeMap<>();
            for (JsonNode request : stage.get("requests")) {
                Map<String, Long> rows = new TreeMap<>();
                CAUSES.keySet()
                        .forEach(cause -> rows.put(cause, request.get(cause).asLong()));
                put(requests, request.get("request_id").asString(), rows);
            }
            stages.put(stage.get("folder").asString(), requests);
        }
        return stages;
    }

    /** A request that left before its first row is in the books, but no stage has heard of it. */
    private static void put(Map<String, Map<String, Long>> requests, String id, Map<String, Long> rows) {
        if (rows.values().stream().anyMatch(count -> count != 0)) {
            requests.put(id, rows);
        }
    }

    private static JsonNode counters(RunningDemo demo) throws Exception {
        Process doctor = RunningDemo.molink(
                demo.home(),
                List.of("doctor", "--counters", "--json", "--data", demo.data().toString()),
                Map.of());
        doctor.getOutputStream().close();
        String output = new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(doctor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(doctor.exitValue()).as(output).isZero();
        // The JVM's own warning about its vector module comes before.
        return JsonMapper.shared().readTree(output.substring(output.indexOf('{')));
    }
}
