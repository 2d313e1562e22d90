package dev.molink.stagenode.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportJournalTests {

    @TempDir
    Path folder;

    @Test
    void keepsAReportUntilItIsAcknowledged() throws Exception {
        Path file = folder.resolve("reports.journal");
        try (ReportJournal journal = ReportJournal.open(file)) {
            journal.append(report("first")).get(10, TimeUnit.SECONDS);
            journal.append(report("second")).get(10, TimeUnit.SECONDS);
            journal.acknowledge("first");
        }

        try (ReportJournal again = ReportJournal.open(file)) {
            assertThat(again.unacknowledged()).containsExactly(report("second"));
        }
    }

    @Test
    void isOnTheDiskBeforeTheFutureCompletes() throws Exception {
        Path file = folder.resolve("reports.journal");
        Path copyAfterKill = folder.resolve("copy");
        try (ReportJournal journal = ReportJournal.open(file)) {
            journal.append(report("durable")).get(10, TimeUnit.SECONDS);
            Files.copy(file, copyAfterKill);
        }

        try (ReportJournal again = ReportJournal.open(copyAfterKill)) {
            assertThat(again.unacknowledged()).containsExactly(report("durable"));
        }
    }

    @Test
    void takesOneReportPerRequest() throws Exception {
        try (ReportJournal journal = ReportJournal.open(folder.resolve("reports.journal"))) {
            journal.append(report("same")).get(10, TimeUnit.SECONDS);
            journal.append(report("same").toBuilder().setPromptTokens(99).build())
                    .get(10, TimeUnit.SECONDS);

            assertThat(journal.unacknowledged()).containsExactly(report("same"));
        }
    }

    /** A kill can leave the file at any length that was ever reached. */
    @Test
    void recoversEveryWholeReportFromAFileCutAtAnyByte() throws Exception {
        List<RequestReport> reports = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        Path file = folder.resolve("reports.journal");
        try (ReportJournal journal = ReportJournal.open(file)) {
            for (int i = 0; i < 12; i++) {
                reports.add(report("request-" + i));
                journal.append(reports.get(i)).get(10, TimeUnit.SECONDS);
                ends.add(Files.size(file));
            }
        }
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length <= whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
            int written = length;
            long expected = ends.stream().filter(end -> end <= written).count();

            try (ReportJournal recovered = ReportJournal.open(cut)) {
                assertThat(recovered.unacknowledged())
                        .as("file cut at byte %d of %d", length, whole.length)
                        .isEqualTo(reports.subList(0, (int) expected));
            }
        }
    }

    @Test
    void appendsBehindACutEndAndReadsBoth() throws Exception {
        Path file = folder.resolve("reports.journal");
        try (ReportJournal journal = ReportJournal.open(file)) {
            journal.append(report("whole")).get(10, TimeUnit.SECONDS);
            journal.append(report("torn")).get(10, TimeUnit.SECONDS);
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 3));

        try (ReportJournal recovered = ReportJournal.open(file)) {
            recovered.append(report("later")).get(10, TimeUnit.SECONDS);
        }

        try (ReportJournal again = ReportJournal.open(file)) {
            assertThat(again.unacknowledged()).containsExactly(report("whole"), report("later"));
        }
    }

    @Test
    void losesOnlyTheReportOfAFlippedByteAndKeepsACopyOfTheFile() throws Exception {
        long seed = 20_261_121;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Path file = folder.resolve("reports.journal");
        List<RequestReport> reports = List.of(report("a"), report("b"), report("c"));
        try (ReportJournal journal = ReportJournal.open(file)) {
            for (RequestReport each : reports) {
                journal.append(each).get(10, TimeUnit.SECONDS);
            }
        }
        byte[] whole = Files.readAllBytes(file);
        int bytesOfOne = (whole.length - JournalFormat.MAGIC_BYTES) / reports.size();

        for (int run = 0; run < 200; run++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(JournalFormat.MAGIC_BYTES, whole.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Path copy = Files.write(folder.resolve("damaged-" + run), damaged);
            List<RequestReport> left = new ArrayList<>(reports);
            int lost = (at - JournalFormat.MAGIC_BYTES) / bytesOfOne;
            left.remove(lost);

            try (ReportJournal recovered = ReportJournal.open(copy)) {
                assertThat(recovered.unacknowledged())
                        .as("seed %d, byte %d flipped", seed, at)
                        .isEqualTo(left);
            }
            Path kept = folder.resolve("damaged-" + run + ".damaged");
            assertThat(Files.exists(kept))
                    .as("a damaged end cannot be told from a torn one")
                    .isEqualTo(lost < reports.size() - 1);
            try (ReportJournal again = ReportJournal.open(copy)) {
                assertThat(again.unacknowledged()).isEqualTo(left);
            }
        }
    }

    @Test
    void staysSmallWhenReportsAreAcknowledged() throws Exception {
        Path file = folder.resolve("reports.journal");
        long compactionBytes = 4096;
        try (ReportJournal journal = ReportJournal.open(file, compactionBytes)) {
            for (int i = 0; i < 500; i++) {
                journal.append(report("request-" + i)).get(10, TimeUnit.SECONDS);
                journal.acknowledge("request-" + i);
            }
            journal.append(report("last")).get(10, TimeUnit.SECONDS);
            assertThat(Files.size(file)).isLessThan(2 * compactionBytes);
        }

        try (ReportJournal again = ReportJournal.open(file)) {
            assertThat(again.unacknowledged()).containsExactly(report("last"));
        }
    }

    @Test
    void writesManyReportsThatComeAtOnce() throws Exception {
        Path file = folder.resolve("reports.journal");
        try (ReportJournal journal = ReportJournal.open(file)) {
            List<CompletableFuture<Void>> durable = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                durable.add(journal.append(report("request-" + i)));
            }
            CompletableFuture.allOf(durable.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        }

        try (ReportJournal again = ReportJournal.open(file)) {
            assertThat(again.unacknowledged()).hasSize(1_000);
        }
    }

    @Test
    void hasNoRoomWhenTooManyReportsWait() throws Exception {
        try (ReportJournal journal = ReportJournal.open(folder.resolve("reports.journal"))) {
            assertThat(journal.hasRoom(ReportJournal.MAX_UNACKNOWLEDGED - 1)).isTrue();
            assertThat(journal.hasRoom(ReportJournal.MAX_UNACKNOWLEDGED)).isFalse();
        }
    }

    @Test
    void refusesAFileThatIsNoJournal() throws Exception {
        Path file = Files.writeString(folder.resolve("notes.txt"), "buy milk and bread");

        assertThatThrownBy(() -> ReportJournal.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is not a report journal of this program; move it away");
    }

    private static RequestReport report(String requestId) {
        return RequestReport.newBuilder()
                .setRequestId(requestId)
                .setAccounting(ByteString.copyFromUtf8("key of " + requestId))
                .setPromptTokens(7)
                .addGeneratedTokens(5)
                .addFinish(FinishReason.FINISH_REASON_LENGTH)
                .build();
    }
}
