package dev.molink.bench.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.bench.fleet.Arrival;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFileTests {

    @TempDir
    private Path folder;

    @Test
    void readsTimesRelativeToTheFirst() throws IOException {
        Path file = file("""
                TIMESTAMP,ContextTokens,GeneratedTokens
                2023-11-16 18:15:46.6805900,374,44

                2023-11-16 18:15:50.9951690,396,109\r
                2023-11-16 18:15:51,1,2
                """);

        assertThat(TraceFile.read(file))
                .containsExactly(
                        new Arrival(0, 374, 44),
                        new Arrival(4_314_579_000L, 396, 109),
                        new Arrival(4_319_410_000L, 1, 2));
    }

    @Test
    void needsNoHeader() throws IOException {
        assertThat(TraceFile.read(file("2023-11-16 18:15:46.6805900,374,44\n"))).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2023-11-16 18:15:46,374            | has 2 columns
                    2023-11-16 18:15:46,374,44,9       | has 4 columns
                    2023-11-16T18:15:46,374,44         | has no time
                    2023-11-31 18:15:46,374,44         | has no time
                    2023-11-16 18:15:46,0,44           | has '0' tokens
                    2023-11-16 18:15:46,374,-4         | has '-4' tokens
                    2023-11-16 18:15:46,374,           | has '' tokens
                    2023-11-16 18:15:46,99999999999,44 | has '99999999999' tokens
                    2023-11-16 18:15:44,374,44         | lies before the line above it
                    """)
    void refusesALineThatIsNone(String line, String why) throws IOException {
        Path file = file("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:45,1,1\n" + line + "\n");

        assertThatThrownBy(() -> TraceFile.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("line 3")
                .hasMessageContaining(why)
                .hasMessageContaining(TraceFile.HEADER);
    }

    @Test
    void refusesAFileWithoutRequests() throws IOException {
        Path file = file("TIMESTAMP,ContextTokens,GeneratedTokens\n");

        assertThatThrownBy(() -> TraceFile.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("no request");
    }

    @Test
    void refusesBytesThatAreNoText() throws IOException {
        Path file = Files.write(folder.resolve("trace.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});

        assertThatThrownBy(() -> TraceFile.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("UTF-8");
    }

    private Path file(String text) throws IOException {
        return Files.write(folder.resolve("trace.csv"), text.getBytes(StandardCharsets.UTF_8));
    }
}
