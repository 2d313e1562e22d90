package dev.molink.controlplane.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.storage.DatabaseSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** kill -9 of a process right after a record was written to the file database. */
class KilledProcessTests {

    private static final int RECORDS = 20;

    @Test
    void everyRecordThatWasWrittenIsThereAfterwards(@TempDir Path data) throws Exception {
        List<String> written = new ArrayList<>();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("written ")) {
                    written.add(line.substring("written ".length()));
                }
                if (written.size() == RECORDS) {
                    process.destroyForcibly();
                    break;
                }
            }
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        UsageStore store = open(data);

        assertThat(written).hasSize(RECORDS);
        assertThat(written).allSatisfy(id -> assertThat(store.find(id)).isPresent());
    }

    private static UsageStore open(Path data) {
        String url = new DatabaseSettings(null, "molink", "", 2).urlIn(data);
        DriverManagerDataSource source = new DriverManagerDataSource(url, "molink", "");
        return new UsageStore(
                new NamedParameterJdbcTemplate(source),
                new TransactionTemplate(new JdbcTransactionManager(source)),
                record -> record,
                List.of());
    }

    /** Writes records until it is killed, and tells the id of each that is durable. */
    static final class Writer {

        public static void main(String[] arguments) throws Exception {
            Path data = Path.of(arguments[0]);
            String url = new DatabaseSettings(null, "molink", "", 2).urlIn(data);
            // held open, as a connection pool does
            try (var open = new DriverManagerDataSource(url, "molink", "").getConnection()) {
                Flyway.configure().dataSource(url, "molink", "").load().migrate();
                UsageStore store = open(data);
                while (!open.isClosed()) {
                    UsageRecord record = UsageRecords.byTheHead();
                    store.record(record);
                    System.out.println("written " + record.requestId());
                    System.out.flush();
                }
            }
        }
    }
}
