package dev.molink.stagenode.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.StagePlace;
import dev.molink.stagenode.journal.CounterJournal.Limits;
import dev.molink.stagenode.journal.RequestCounts.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stage has counted becomes numbered records that add up, wait for an acknowledgement and survive restarts. */
class EvidenceTests {

    private static final StagePlace HEAD = place(0, 4);
    private static final StagePlace LAST = place(4, 8);
    private static final Limits SOON = new Limits(100, 100, Duration.ofMillis(1));

    @TempDir
    Path folder;

    @Test
    void closesTheCountsOfAQuietRequestAsOneRecord() throws Exception {
        try (CounterJournal journal = CounterJournal.open(folder, LAST, SOON)) {
            journal.add(new RequestCounts("a", 7, new Rows(1, 2, 3, 4, 5, 6), 8, 9, 10, 11));

            EvidenceRecord record = next(journal);

            assertThat(record.getRequestId()).isEqualTo("a");
            assertThat(record.getEpoch()).isEqualTo(7);
            assertThat(record.getSequence()).isEqualTo(1);
            assertThat(record.getPlace()).isEqualTo(LAST);
            assertThat(record.getRows().getComputed()).isEqualTo(1);
            assertThat(record.getRows().getDiscarded()).isEqualTo(6);
            assertThat(record.getCachedTokens()).isEqualTo(8);
            assertThat(record.getBusyNanos()).isEqualTo(9);
            assertThat(record.getBytesReceived()).isEqualTo(10);
            assertThat(record.getBytesSent()).isEqualTo(11);
            assertThat(record.getCountedUnixNanos()).isPositive();
        }
    }

    @Test
    void addsAFurtherRecordForWhatIsCountedLater() throws Exception {
        try (CounterJournal journal = CounterJournal.open(folder, HEAD, SOON)) {
            journal.add(counts("a", 5, 0));
            EvidenceRecord first = next(journal);
            journal.acknowledge(List.of(first.getSequence()));
            awaitNone(journal);

            journal.add(counts("a", -2, 2));

            EvidenceRecord later = next(journal);
            assertThat(later.getSequence()).isGreaterThan(first.getSequence());
            assertThat(later.getRows().getComputed()).isEqualTo(-2);
            assertThat(later.getRows().getDiscarded()).isEqualTo(2);
        }
    }

    /** The place is that of the process that counted, not of the one that sends. */
    @Test
    void closesWhatAKilledProcessHadCounted() throws Exception {
        Path killed = folder.resolve("killed");
        try (CounterJournal journal = CounterJournal.open(folder.resolve("live"), HEAD)) {
            journal.add(counts("a", 5, 0));
            journal.flush().get(20, TimeUnit.SECONDS);
            copy(folder.resolve("live"), killed);
        }

        try (CounterJournal journal = CounterJournal.open(killed, LAST)) {
            EvidenceRecord record = next(journal);

            assertThat(record.getPlace()).isEqualTo(HEAD);
            assertThat(record.getRows().getComputed()).isEqualTo(5);
        }
    }

    @Test
    void forgetsAcknowledgedRecordsOverARestartAndKeepsTheOthers() throws Exception {
        EvidenceRecord kept;
        try (CounterJournal journal = CounterJournal.open(folder, HEAD, SOON)) {
            journal.add(counts("a", 1, 0));
            EvidenceRecord acknowledged = next(journal);
            journal.acknowledge(List.of(acknowledged.getSequence(), 99L));
            awaitNone(journal);
            journal.add(counts("b", 1, 0));
            kept = next(journal);
        }

        try (CounterJournal journal = CounterJournal.open(folder, HEAD, SOON)) {
            assertThat(journal.unacknowledged()).containsExactly(kept);
        }
    }

    @Test
    void givesTheOldestRecordsUpWhenTooManyWait() throws Exception {
        Limits few = new Limits(100, 3, Duration.ofHours(1));
        try (CounterJournal journal = CounterJournal.open(folder, HEAD, few)) {
            IntStream.range(0, 5).forEach(i -> journal.add(counts("r" + i, 1, 0)));
            journal.endCounting().get(20, TimeUnit.SECONDS);

            assertThat(journal.unacknowledged())
                    .extracting(EvidenceRecord::getRequestId)
                    .containsExactlyInAnyOrder("r2", "r3", "r4");
        }
    }

    /** Of records between which one is damaged, nobody knows whether they were closed already. */
    @Test
    void neverSendsTwiceWhatADamagedRecordMayHaveClosed() throws Exception {
        try (CounterJournal journal = CounterJournal.open(folder, HEAD)) {
            journal.add(counts("a", 5, 0));
            journal.endCounting().get(20, TimeUnit.SECONDS);
            journal.add(counts("b", 1, 0));
            journal.endCounting().get(20, TimeUnit.SECONDS);
        }
        Path file = folder.resolve("counters-000001.journal");
        byte[] content = Files.readAllBytes(file);
        List<JournalEntry> entries =
                JournalContent.read(file, JournalFormat.COUNTERS).entries();
        int closing = JournalFormat.MAGIC_BYTES + entries.get(0).encode().remaining();
        content[closing + 20] ^= 1;
        Files.write(file, content);

        try (CounterJournal journal = CounterJournal.open(folder, HEAD, SOON)) {
            journal.add(counts("c", 1, 0));
            journal.endCounting().get(20, TimeUnit.SECONDS);

            assertThat(journal.unacknowledged())
                    .extracting(EvidenceRecord::getRequestId)
                    .containsExactly("b", "c");
            assertThat(journal.unacknowledged())
                    .extracting(EvidenceRecord::getSequence)
                    .doesNotHaveDuplicates();
        }
    }

    /**
     * A receiver that knows records by their sequence ends up with exactly what was counted, whatever is killed when: the
     * node at any moment (its files as they are), acknowledgements at any moment, files that are begun anew in between.
     */
    @Test
    void deliversEveryCountExactlyOnceOverRandomKills() throws Exception {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("EvidenceTests: seed %d (-Dmolink.test.seed)%n", seed);
        Random random = new Random(seed);
        int rounds = Boolean.getBoolean("molink.test.full") ? 400 : 40;
        Map<String, Long> counted = new HashMap<>();
        Map<String, Long> received = new HashMap<>();
        Set<Long> known = new HashSet<>();
        Path home = folder.resolve("home-0");
        Files.createDirectories(home);

        for (int round = 1; round <= rounds; round++) {
            Path next = folder.resolve("home-" + round);
            CounterState state = CounterState.read(home);
            try (CounterSegments segments = CounterSegments.open(home, 300);
                    CounterJournal journal = new CounterJournal(
                            segments, state, HEAD, new Limits(1000, 1000, Duration.ZERO), InstantSource.system())) {
                for (int step = random.nextInt(6); step >= 0; step--) {
                    String request = "r" + random.nextInt(8);
                    long rows = 1L + random.nextInt(9);
                    journal.add(counts(request, rows, 0));
                    counted.merge(request, rows, Long::sum);
                    journal.flush().get(20, TimeUnit.SECONDS);
                    if (random.nextBoolean()) {
                        receive(journal, random, known, received);
                    }
                }
                copy(home, next);
            }
            home = next;
        }
        try (CounterJournal journal = CounterJournal.open(home, HEAD, SOON)) {
            journal.endCounting().get(20, TimeUnit.SECONDS);
            List.copyOf(journal.unacknowledged()).forEach(each -> take(each, known, received));
        }

        assertThat(received).as("seed %d", seed).isEqualTo(counted);
    }

    private static void receive(CounterJournal journal, Random random, Set<Long> known, Map<String, Long> received) {
        for (EvidenceRecord each : List.copyOf(journal.unacknowledged())) {
            if (random.nextBoolean()) {
                take(each, known, received);
                if (random.nextBoolean()) {
                    journal.acknowledge(List.of(each.getSequence()));
                }
            }
        }
    }

    private static void take(EvidenceRecord record, Set<Long> known, Map<String, Long> received) {
        if (known.add(record.getSequence())) {
            received.merge(record.getRequestId(), record.getRows().getComputed(), Long::sum);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path each : new ArrayList<>(CounterSegments.in(from))) {
            Files.copy(each, to.resolve(each.getFileName()));
        }
    }

    private static EvidenceRecord next(CounterJournal journal) {
        Collection<EvidenceRecord> waiting = journal.unacknowledged();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (waiting.isEmpty()) {
            assertThat(System.nanoTime()).as("a record is closed").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
        return waiting.iterator().next();
    }

    private static void awaitNone(CounterJournal journal) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!journal.unacknowledged().isEmpty()) {
            assertThat(System.nanoTime()).as("the record is forgotten").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static RequestCounts counts(String requestId, long computed, long discarded) {
        return new RequestCounts(requestId, 1, new Rows(computed, 0, 0, 0, 0, discarded), 0, 0, 0, 0);
    }

    private static StagePlace place(int first, int end) {
        return StagePlace.newBuilder()
                .setPipeline("default")
                .setModel("molink-demo")
                .setFirstLayer(first)
                .setEndLayer(end)
                .setModelLayers(8)
                .build();
    }
}
