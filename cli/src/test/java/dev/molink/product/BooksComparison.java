package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.journal.CounterHistory;
import dev.molink.stagenode.journal.RequestCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What the stages have counted, read from their own journals, against the usage records of any number of gateways: the same
 * requests, each once, with the same rows.
 */
final class BooksComparison {

    private static final String HEAD = "HEAD";

    private BooksComparison() {}

    /** @param stages folders of the nodes' data, one node per pipeline */
    static void assertSame(List<JsonNode> records, List<Path> stages) throws IOException {
        Map<String, Long> counted = counted(stages);
        Map<String, Long> booked = new TreeMap<>();
        for (JsonNode record : records) {
            String id = record.get("requestId").asString();
            boolean byTheHead = record.get("evidence").asString().equals(HEAD);
            Long before = booked.put(id, byTheHead ? rows(record.path("rows")) : 0L);
            assertThat(before).as("a second record of " + id).isNull();
        }
        Map<String, Long> computed = booked.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(computed).containsExactlyInAnyOrderEntriesOf(counted);
    }

    /** Every request that got an id has a record, whoever wrote it. */
    static void assertRecorded(List<JsonNode> records, Set<String> requestIds) {
        assertThat(records.stream().map(record -> record.get("requestId").asString()))
                .containsAll(requestIds);
    }

    private static long rows(JsonNode rows) {
        return rows.path("computed").asLong(0)
                + rows.path("recomputed").asLong(0)
                + rows.path("replayed").asLong(0)
                + rows.path("verifiedAccepted").asLong(0)
                + rows.path("verifiedRejected").asLong(0)
                + rows.path("discarded").asLong(0);
    }

    private static Map<String, Long> counted(List<Path> stages) throws IOException {
        Map<String, Long> counted = new TreeMap<>();
        for (Path stage : stages) {
            CounterHistory history = CounterHistory.read(stage.resolve("counters"));
            assertThat(history.damages()).isEmpty();
            for (RequestCounts counts : history.requests()) {
                long rows = rows(counts.rows());
                if (rows > 0) {
                    counted.merge(counts.requestId(), rows, Long::sum);
                }
            }
        }
        return counted;
    }

    private static long rows(RequestCounts.Rows rows) {
        return rows.computed()
                + rows.recomputed()
                + rows.replayed()
                + rows.accepted()
                + rows.rejected()
                + rows.discarded();
    }
}
