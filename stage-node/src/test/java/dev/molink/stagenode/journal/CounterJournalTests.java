package dev.molink.stagenode.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.proto.node.v1.StagePlace;
import dev.molink.stagenode.journal.CounterJournal.Limits;
import dev.molink.stagenode.journal.RequestCounts.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CounterJournalTests {

    private static final StagePlace PLACE = StagePlace.newBuilder()
            .setPipeline("default")
            .setModel("molink-demo")
            .setEndLayer(4)
            .setModelLayers(8)
            .build();

    @TempDir
    Path folder;

    @Test
    void addsUpTheRecordsOfARequest() throws Exception {
        try (CounterJournal journal = CounterJournal.open(folder, PLACE)) {
            journal.add(counts("a", 1, 10));
            journal.add(counts("b", 1, 5));
            flush(journal);
            journal.add(counts("a", 2, 3));
            journal.add(new RequestCounts("b", 1, new Rows(-2, 0, 0, 0, 0, 2), 0, 0, 0, 0));
        }

        CounterHistory history = CounterHistory.read(folder);

        assertThat(history.requests()).extracting(RequestCounts::requestId).containsExactly("a", "b");
        assertThat(history.requests().get(0).rows().computed()).isEqualTo(13);
        assertThat(history.requests().get(1).rows()).isEqualTo(new Rows(3, 0, 0, 0, 0, 2));
        assertThat(history.totals().rows()).isEqualTo(new Rows(16, 0, 0, 0, 0, 2));
        assertThat(history.damages()).isEmpty();
    }

    @Test
    void keepsEveryField() throws Exception {
        RequestCounts all = new RequestCounts("a", 12, new Rows(1, 2, 3, 4, 5, 6), 7, 8, 9, 10);

        try (CounterJournal journal = CounterJournal.open(folder, PLACE)) {
            journal.add(all);
        }

        assertThat(CounterHistory.read(folder).requests()).containsExactly(all);
    }

    @Test
    void readsAnEmptyHistoryWhereNothingWasCounted() throws Exception {
        assertThat(CounterHistory.read(folder.resolve("none")).requests()).isEmpty();
    }

    /** A kill can leave the file at any length that was ever reached. */
    @Test
    void readsEveryWholeRecordOfAFileCutAtAnyByteAndGoesOnBehindIt() throws Exception {
        List<Long> ends = new ArrayList<>();
        Path file = folder.resolve("counters-000001.journal");
        try (CounterJournal journal = CounterJournal.open(folder, PLACE)) {
            for (int i = 0; i < 4; i++) {
                journal.add(counts("r" + i, 1, 1));
                flush(journal);
                ends.add(Files.size(file));
            }
        }
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length <= whole.length; length++) {
            Path cut = Files.createDirectories(folder.resolve("cut-" + length));
            Files.write(cut.resolve("counters-000001.journal"), Arrays.copyOf(whole, length));
            int written = length;
            long left = ends.stream().filter(end -> end <= written).count();

            try (CounterJournal journal = CounterJournal.open(cut, PLACE)) {
                journal.add(counts("later", 1, 100));
            }

            CounterHistory history = CounterHistory.read(cut);
            assertThat(history.totals().rows().computed())
                    .as("file cut at byte %d of %d", length, whole.length)
                    .isEqualTo(left + 100);
        }
    }

    @Test
    void losesOnlyTheRecordOfAFlippedByteAndSaysWhichFileAndWhere() throws Exception {
        Path file = folder.resolve("counters-000001.journal");
        try (CounterJournal journal = CounterJournal.open(folder, PLACE)) {
            for (int i = 0; i < 20; i++) {
                journal.add(counts("r" + i, 1, 1));
            }
        }
        byte[] whole = Files.readAllBytes(file);
        long seed = 5;
        Random random = new Random(seed);

        for (int run = 0; run < 100; run++) {
            byte[] damaged = whole.clone();
            int at = 8 + random.nextInt(whole.length * 3 / 4);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Path copy = Files.createDirectories(folder.resolve("damaged-" + run));
            Path copied = Files.write(copy.resolve("counters-000001.journal"), damaged);

            CounterHistory history = CounterHistory.read(copy);

            assertThat(history.requests()).as("seed %d, byte %d", seed, at).hasSize(19);
            assertThat(history.damages())
                    .singleElement()
                    .satisfies(sentence -> assertThat(sentence)
                            .startsWith(copied + ": ")
                            .contains("bytes at offset ", "are damaged; what they recorded is lost"));

            CounterJournal.open(copy, PLACE).close();
            assertThat(CounterHistory.read(copy).requests()).hasSize(19);
            assertThat(CounterHistory.read(copy).damages())
                    .containsExactly(copied + ".damaged is the copy of a damaged file; records of it are lost");
        }
    }

    @Test
    void keepsTheTotalsOfFilesThatAreGone() throws Exception {
        try (CounterSegments segments = CounterSegments.open(folder, 2_000)) {
            CounterState state = CounterState.read(folder);
            for (int i = 0; i < 2_000; i++) {
                append(segments, state, counts("request-" + i, 1, 1));
            }
        }

        CounterHistory history = CounterHistory.read(folder);

        assertThat(CounterSegments.in(folder)).hasSize(CounterSegments.KEPT_SEGMENTS);
        assertThat(history.totals().rows().computed()).isEqualTo(2_000);
        assertThat(history.requests().size()).isBetween(100, 1_000);
        assertThat(history.requests().getLast().requestId()).isEqualTo("request-1999");
        try (CounterSegments again = CounterSegments.open(folder, 2_000)) {
            append(again, CounterState.read(folder), counts("more", 1, 5));
        }
        assertThat(CounterHistory.read(folder).totals().rows().computed()).isEqualTo(2_005);
    }

    @Test
    void goesOnFromTheFileBeforeWhenAKillLeftTheNextOneEmpty() throws Exception {
        try (CounterJournal journal = CounterJournal.open(folder, PLACE)) {
            journal.add(counts("a", 1, 7));
        }
        Files.createFile(folder.resolve("counters-000002.journal"));

        try (CounterJournal journal = CounterJournal.open(folder, PLACE)) {
            journal.add(counts("b", 1, 1));
        }

        assertThat(CounterHistory.read(folder).totals().rows().computed()).isEqualTo(8);
    }

    @Test
    void saysWhichFileCannotBeWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");

        assertThatThrownBy(() -> CounterJournal.open(file, PLACE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "cannot open the counter journal " + file.resolve("counters-000001.journal") + " for writing (")
                .hasMessageEndingWith("; give --data a folder that can be written to");
    }

    @Test
    void refusesAFileThatIsNoJournal() throws Exception {
        Path file = Files.writeString(folder.resolve("counters-000001.journal"), "buy milk and bread");

        assertThatThrownBy(() -> CounterJournal.open(folder, PLACE))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is not a counter journal of this program; move it away");
    }

    @Test
    void keepsCountsWhileTheDiskIsFullAndWritesThemAfterwards() throws Exception {
        FullDisk disk = new FullDisk();
        try (CounterJournal journal = journal(disk, 100)) {
            journal.add(counts("a", 1, 1));
            disk.refused.await(10, TimeUnit.SECONDS);
            journal.add(counts("a", 1, 1));
            journal.add(counts("b", 1, 1));
            disk.full = false;
            flush(journal);

            assertThat(disk.written).containsExactly(counts("a", 1, 2), counts("b", 1, 1));
        }
    }

    @Test
    void addsRequestsThatFindNoRoomToTheTotalsOnly() throws Exception {
        FullDisk disk = new FullDisk();
        try (CounterJournal journal = journal(disk, 3)) {
            for (int i = 0; i < 10; i++) {
                journal.add(counts("r" + i, 1, 1));
            }
            disk.full = false;
            flush(journal);

            assertThat(disk.written)
                    .containsExactly(counts("r0", 1, 1), counts("r1", 1, 1), counts("r2", 1, 1), counts("", 0, 7));
        }
    }

    @Test
    void failsAFlushThatTheDiskNeverTook() {
        FullDisk disk = new FullDisk();
        CounterJournal journal = journal(disk, 3);
        journal.add(counts("a", 1, 1));
        CompletableFuture<Void> flushed = journal.flush();

        assertThat(disk.written).isEmpty();
        assertThatCode(journal::close).doesNotThrowAnyException();

        assertThatThrownBy(() -> flushed.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("closed before the counts were on the disk");
    }

    /** A child process writes without end and says what is on the disk; all of that must be there after kill -9. */
    @Test
    void survivesAKillInTheMiddleOfWriting() throws Exception {
        for (int run = 0; run < 3; run++) {
            Path killed = folder.resolve("killed-" + run);
            Path printed = folder.resolve("printed-" + run);
            Process child = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            CountingProcess.class.getName(),
                            killed.toString())
                    .redirectOutput(printed.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitBytes(printed, 100 + 31 * run);
            child.destroyForcibly();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            String lines = Files.readString(printed);
            long durable = lines.substring(0, lines.lastIndexOf('\n'))
                    .lines()
                    .mapToLong(Long::parseLong)
                    .max()
                    .orElseThrow();

            CounterJournal.open(killed, PLACE).close();
            CounterHistory history = CounterHistory.read(killed);

            assertThat(history.damages()).isEmpty();
            assertThat(history.totals().rows().computed()).isGreaterThanOrEqualTo(durable);
            assertThat(history.requests().stream()
                            .mapToLong(each -> each.rows().computed())
                            .sum())
                    .isEqualTo(history.totals().rows().computed());
        }
    }

    private static void awaitBytes(Path file, long bytes) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Files.size(file) < bytes) {
            assertThat(System.nanoTime()).as("%s grows", file).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void append(CounterSegments segments, CounterState state, RequestCounts counts) throws IOException {
        CounterRecord next = new CounterRecord.Counted(counts.toMessage());
        segments.append(List.of(next), state::opening);
        state.apply(next, 0);
    }

    private static CounterJournal journal(CounterLog log, int maxWaiting) {
        Limits limits = new Limits(maxWaiting, 100, Duration.ofMinutes(1));
        return new CounterJournal(log, new CounterState(), PLACE, limits, InstantSource.system());
    }

    private static void flush(CounterJournal journal) throws Exception {
        journal.flush().get(20, TimeUnit.SECONDS);
    }

    private static RequestCounts counts(String requestId, long epoch, long computed) {
        return new RequestCounts(requestId, epoch, new Rows(computed, 0, 0, 0, 0, 0), 0, 0, 0, 0);
    }

    /** A disk without room until it is told otherwise. */
    private static final class FullDisk implements CounterLog {

        private final CountDownLatch refused = new CountDownLatch(1);
        private final List<RequestCounts> written = new ArrayList<>();
        private volatile boolean full = true;

        @Override
        public void append(List<CounterRecord> records, Supplier<CounterRecord.Opening> state) throws IOException {
            if (full) {
                refused.countDown();
                throw new IOException("No space left on device");
            }
            for (CounterRecord each : records) {
                if (each instanceof CounterRecord.Counted counted) {
                    written.add(counted.counts());
                }
            }
        }

        @Override
        public void close() {}
    }
}
