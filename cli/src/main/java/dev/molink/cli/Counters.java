package dev.molink.cli;

import dev.molink.stagenode.journal.CounterHistory;
import dev.molink.stagenode.journal.RequestCounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** What the stages whose data lies under a folder have counted, as {@code doctor --counters} prints it. */
final class Counters {

    private static final String FOLDER = "counters";

    /** A deployment's folder holds those of its stages; deeper lies nothing of ours. */
    private static final int DEPTH = 4;

    private static final String LINE = "%-36s %10s %10s %8s %8s %8s %9s %8s %10s %10s %10s%n";

    private final Map<Path, CounterHistory> stages;

    private Counters(Map<Path, CounterHistory> stages) {
        this.stages = stages;
    }

    /**
     * Reads all journals under {@code data}; their stages may be running.
     *
     * @throws IOException if there is none, or one cannot be read; the message names the place
     */
    static Counters under(Path data) throws IOException {
        if (!Files.isDirectory(data)) {
            throw new IOException(
                    "%s is no folder; give the one of a stage or a deployment with --data".formatted(data));
        }
        List<Path> folders;
        try (Stream<Path> found = Files.find(
                data,
                DEPTH,
                (path, file) -> file.isDirectory() && path.endsWith(FOLDER) && CounterHistory.isIn(path))) {
            folders = found.sorted().toList();
        }
        if (folders.isEmpty()) {
            throw new IOException(
                    "no stage has counted anything under %s; give the folder of a stage or a deployment with --data"
                            .formatted(data));
        }
        Map<Path, CounterHistory> stages = new LinkedHashMap<>();
        for (Path folder : folders) {
            stages.put(folder, CounterHistory.read(folder));
        }
        return new Counters(stages);
    }

    void print(PrintWriter out) {
        stages.forEach((folder, history) -> print(out, folder, history));
        out.flush();
    }

    private static void print(PrintWriter out, Path folder, CounterHistory history) {
        out.printf("%s%n", folder.getParent());
        out.printf(
                LINE,
                "request",
                "computed",
                "recomputed",
                "replayed",
                "accepted",
                "rejected",
                "discarded",
                "cached",
                "busy ms",
                "KiB in",
                "KiB out");
        history.requests()
                .forEach(each -> print(out, each.requestId().isEmpty() ? "(not told apart)" : each.requestId(), each));
        print(out, "all since the journal was begun", history.totals());
        history.damages().forEach(damage -> out.printf("damaged: %s%n", damage));
        out.println();
    }

    private static void print(PrintWriter out, String name, RequestCounts counts) {
        RequestCounts.Rows rows = counts.rows();
        out.printf(
                LINE,
                name,
                rows.computed(),
                rows.recomputed(),
                rows.replayed(),
                rows.accepted(),
                rows.rejected(),
                rows.discarded(),
                counts.cachedTokens(),
                "%.1f".formatted(counts.busyNanos() / 1e6),
                "%.1f".formatted(counts.bytesReceived() / 1024.0),
                "%.1f".formatted(counts.bytesSent() / 1024.0));
    }

    void printJson(PrintWriter out) {
        List<Map<String, Object>> documents = new ArrayList<>();
        stages.forEach((folder, history) -> {
            Map<String, Object> stage = new LinkedHashMap<>();
            stage.put("folder", String.valueOf(folder.getParent()));
            stage.put("totals", document(history.totals()));
            stage.put(
                    "requests",
                    history.requests().stream().map(Counters::document).toList());
            stage.put("damages", history.damages());
            documents.add(stage);
        });
        out.println(JsonMapper.shared().writeValueAsString(Map.of("stages", documents)));
        out.flush();
    }

    private static Map<String, Object> document(RequestCounts counts) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("request_id", counts.requestId());
        document.put("computed", counts.rows().computed());
        document.put("recomputed", counts.rows().recomputed());
        document.put("replayed", counts.rows().replayed());
        document.put("verified_accepted", counts.rows().accepted());
        document.put("verified_rejected", counts.rows().rejected());
        document.put("discarded", counts.rows().discarded());
        document.put("cached_tokens", counts.cachedTokens());
        document.put("busy_nanos", counts.busyNanos());
        document.put("bytes_received", counts.bytesReceived());
        document.put("bytes_sent", counts.bytesSent());
        return document;
    }
}
