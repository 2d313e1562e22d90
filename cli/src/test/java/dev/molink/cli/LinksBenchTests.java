package dev.molink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LinksBenchTests {

    private static final int TABLE_COLUMNS = 160;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private Path trace = Path.of("");

    @BeforeEach
    void writeTrace() throws IOException {
        trace = folder.resolve("trace.csv");
        Files.write(
                trace,
                Stream.concat(
                                Stream.of("TIMESTAMP,ContextTokens,GeneratedTokens"),
                                Stream.iterate(0, i -> i < 40, i -> i + 1)
                                        .map(i -> "2023-11-16 18:17:%02d.0000000,%d,%d"
                                                .formatted(i, 100 + 37 * i % 400, 4 + i % 7)))
                        .toList());
    }

    private int links(String... arguments) {
        return new CommandLine(new LinksBench())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute(Stream.concat(
                                Stream.of(
                                        "--trace",
                                        trace.toString(),
                                        "--requests",
                                        "12",
                                        "--policies",
                                        "fifo,molink,fair"),
                                Stream.of(arguments))
                        .toArray(String[]::new));
    }

    @Test
    void comparesEveryPolicyAsPublishedAndWithOurs() throws IOException {
        Path json = folder.resolve("links.json");
        Path html = folder.resolve("links.html");

        int status = links(
                "--codecs", "int8", "--batching", "auto@128", "--json", json.toString(), "--html", html.toString());

        assertThat(status).as(errors.toString()).isZero();
        JsonNode results = JsonMapper.shared().readTree(Files.readString(json)).get("results");
        assertThat(results.valueStream()
                        .map(each -> each.get("policy").asString() + " "
                                + each.get("baseline").asString()))
                .containsExactly("fifo published", "molink published", "fifo ours", "molink ours", "fair ours");
        assertThat(results.valueStream()).allSatisfy(each -> {
            assertThat(each.at("/ttft/mean").asDouble()).isPositive();
            assertThat(each.at("/goodput").asDouble()).isPositive();
        });
        assertThat(Files.readString(html)).startsWith("<!doctype html>").contains("fair int8", "<svg");
        assertThat(tableLines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(TABLE_COLUMNS));
    }

    private List<String> tableLines() {
        return out.toString()
                .lines()
                .filter(line -> line.contains("(published)") && !line.startsWith("…"))
                .toList();
    }

    @Test
    void findsTheSameTwice() {
        links("--codecs", "int8", "--no-goodput", "--batching", "auto");
        String first = results();
        out.getBuffer().setLength(0);

        links("--codecs", "int8", "--no-goodput", "--batching", "auto");

        assertThat(first).contains("fair int8");
        assertThat(results()).isEqualTo(first);
    }

    /** Without what is said meanwhile, which comes from several threads. */
    private String results() {
        return String.join(
                "\n",
                out.toString().lines().filter(line -> !line.startsWith("…")).toList());
    }

    @Test
    void speculatesWhereTextsRepeat() {
        links("--codecs", "int8", "--no-goodput", "--batching", "auto@128", "--text", "repeating");

        assertThat(results()).containsPattern("text +repeating").containsPattern("speculation +auto");
    }

    @ParameterizedTest
    @CsvSource({
        "--clock,sundial,virtual",
        "--text,prose,repeating",
        "--synthetic,poems,conversation",
        "--sweep,price,rps",
        "--experiment,thesis,paper",
        "--device,cpu,sim:rtx4090",
        "--stages,1,2 to 40",
        "--node-price,free,0.34"
    })
    void namesWhatIsAllowed(String option, String value, String allowed) {
        int status = option.equals("--synthetic")
                ? new CommandLine(new LinksBench())
                        .setErr(new PrintWriter(errors))
                        .execute(option, value)
                : links(option, value);

        assertThat(status).isEqualTo(2);
        assertThat(errors.toString()).contains(value, allowed);
    }
}
