package dev.molink.cli;

import dev.molink.cli.figures.BenchDatabase;
import dev.molink.cli.figures.UsageFigures;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "usage",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fill a database with a month of usage and measure the questions of /v1/organization/usage and costs.",
            ""
        })
final class UsageBench implements Callable<Integer> {

    private static final int MOST_RECORDS = 100_000_000;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Usage records of the month (default 1000000).")
    int records;

    @Option(
            names = "--database",
            paramLabel = "D",
            defaultValue = "h2",
            description = "h2, or postgresql for one that is started for the run, or jdbc:postgresql:… (default h2).")
    String database = "h2";

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON, too.")
    @Nullable
    Path json;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (records < 1 || records > MOST_RECORDS) {
            throw new IllegalArgumentException("--records %d: 1 to %d are possible".formatted(records, MOST_RECORDS));
        }
        try (BenchDatabase chosen = BenchDatabase.open(database)) {
            List<UsageFigures.Row> rows =
                    new UsageFigures(chosen.settings(), records, line -> say(out, "… " + line)).measure();
            say(
                    out,
                    "%n%s, %d records%n%10s %10s %8s  %s"
                            .formatted(chosen.name(), records, "p50 ms", "max ms", "rows", "question"));
            rows.forEach(row -> say(
                    out,
                    String.format(
                            Locale.ROOT,
                            "%10.1f %10.1f %8d  %s",
                            row.p50Millis(),
                            row.maxMillis(),
                            row.rows(),
                            row.question())));
            if (json != null) {
                Files.writeString(
                        json,
                        JsonMapper.shared()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(
                                        Map.of("database", chosen.name(), "records", records, "questions", rows)));
            }
        }
        return 0;
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
