package dev.molink.controlplane.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.journal.JournalSettings;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

class UsageJournalTests {

    private static final JournalSettings SETTINGS = new JournalSettings(DataSize.ofMegabytes(8), DataSize.ofBytes(0));

    @TempDir
    private Path data;

    private final FakeDatabase database = new FakeDatabase();

    @ParameterizedTest
    @EnumSource
    void writesWhatManyHandIn(TestDatabase database) throws Exception {
        UsageStore store = database.bean(UsageStore.class);
        UsageJournal journal = database.bean(UsageJournal.class);
        List<UsageRecord> records = new ArrayList<>();
        List<CompletableFuture<Void>> written = new ArrayList<>();

        for (int i = 0; i < 500; i++) {
            UsageRecord record = UsageRecords.byTheHead();
            records.add(record);
            written.add(journal.submit(record));
        }

        for (CompletableFuture<Void> each : written) {
            each.get(30, TimeUnit.SECONDS);
        }
        assertThat(records)
                .allSatisfy(record -> assertThat(store.find(record.requestId())).contains(record));
    }

    @ParameterizedTest
    @EnumSource
    void aRecordThatTheDatabaseRefusesKeepsNoOtherOutAndIsSetAside(TestDatabase database) throws Exception {
        UsageStore store = database.bean(UsageStore.class);
        UsageRecord bad = tooLong();
        List<UsageRecord> told = new CopyOnWriteArrayList<>();
        try (JournalFolder folder = folder();
                UsageJournal journal = new UsageJournal(store::recordAll, folder, List.of(told::add))) {

            CompletableFuture<Void> first = journal.submit(UsageRecords.byTheHead());
            CompletableFuture<Void> refused = journal.submit(bad);
            CompletableFuture<Void> last = journal.submit(UsageRecords.byTheHead());

            assertThat(first).succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(last).succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(refused).succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(folder.refused().waiting()).isEqualTo(1);
            assertThat(told).hasSize(2).doesNotContain(bad);
        }
        try (JournalFolder folder = folder()) {
            assertThat(UsageText.records(folder.refused().peek(2))).containsExactly(bad);
            assertThat(folder.usage().isEmpty()).isTrue();
        }
    }

    /** Two gateways may write the same row of a book at the same moment; the second try sees it. */
    @Test
    void whatADatabaseRefusesOnceOnlyIsNotSetAside() throws Exception {
        UsageRecord record = UsageRecords.byTheHead();
        AtomicInteger tries = new AtomicInteger();
        try (JournalFolder folder = folder();
                UsageJournal journal = new UsageJournal(
                        records -> {
                            if (tries.getAndIncrement() == 0) {
                                throw new DataIntegrityViolationException("somebody was faster");
                            }
                            return database.recordAll(records);
                        },
                        folder,
                        List.of())) {

            assertThat(journal.submit(record)).succeedsWithin(10, TimeUnit.SECONDS);

            assertThat(database.rows).containsExactly(record);
            assertThat(folder.refused().waiting()).isZero();
        }
    }

    /** A fault of the product, say: the record is not the culprit, and whoever handed it in keeps it. */
    @Test
    void whatFailsForAnotherReasonIsHandedBack() throws Exception {
        try (JournalFolder folder = folder();
                UsageJournal journal = new UsageJournal(
                        records -> {
                            throw new IllegalStateException("a step failed");
                        },
                        folder,
                        List.of())) {

            assertThat(journal.submit(UsageRecords.byTheHead()))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IllegalStateException.class);
            assertThat(folder.refused().waiting()).isZero();
        }
    }

    @Test
    void aRefusedRecordThatCannotBeSetAsideIsHandedBack() throws Exception {
        try (JournalFolder folder = folder();
                UsageJournal journal = new UsageJournal(database, folder, List.of())) {
            folder.refused().close();

            assertThat(journal.submit(tooLong()))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IOException.class);
            assertThat(folder.refusal()).isPresent();
        }
    }

    @Test
    void closingWritesWhatWaitsAndTakesNoMore() throws Exception {
        UsageRecord waiting = UsageRecords.byTheHead();
        try (JournalFolder folder = folder()) {
            UsageJournal journal = new UsageJournal(database, folder, List.of());
            CompletableFuture<Void> written = journal.submit(waiting);

            journal.close();

            assertThat(written).isCompleted();
            assertThat(database.rows).containsExactly(waiting);
            assertThat(journal.submit(UsageRecords.byTheHead()))
                    .isCompletedExceptionally()
                    .failsWithin(1, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void recordsAreDurableWhileTheDatabaseIsAwayAndReachItInTheirOrderOnce() throws Exception {
        List<UsageRecord> told = new CopyOnWriteArrayList<>();
        List<UsageRecord> records = new ArrayList<>();
        try (JournalFolder folder = folder();
                UsageJournal journal = new UsageJournal(database, folder, List.of(told::add))) {
            database.away = true;
            for (int i = 0; i < 300; i++) {
                UsageRecord record = UsageRecords.byTheHead();
                records.add(record);
                journal.submit(record).get(10, TimeUnit.SECONDS);
            }
            assertThat(database.rows).isEmpty();
            assertThat(folder.usage().waiting()).isEqualTo(300);

            database.away = false;
            CompletableFuture<Void> later = journal.submit(UsageRecords.byTheHead());

            assertThat(later).succeedsWithin(10, TimeUnit.SECONDS);
            database.awaitRows(301);
            assertThat(database.rows)
                    .startsWith(records.toArray(UsageRecord[]::new))
                    .doesNotHaveDuplicates();
            assertThat(told).hasSize(301);
        }
    }

    @Test
    void whatWasInTheJournalOfAKilledProcessReachesTheDatabaseOnce() throws Exception {
        UsageRecord record = UsageRecords.byTheHead();
        database.away = true;
        try (JournalFolder folder = folder();
                UsageJournal journal = new UsageJournal(database, folder, List.of())) {
            journal.submit(record).get(10, TimeUnit.SECONDS);
        }
        database.away = false;

        for (int start = 0; start < 2; start++) {
            try (JournalFolder folder = folder();
                    UsageJournal journal = new UsageJournal(database, folder, List.of())) {
                assertThat(journal.submit(record)).succeedsWithin(10, TimeUnit.SECONDS);
                await(() -> folder.usage().isEmpty());
            }
        }

        assertThat(database.rows).containsExactly(record);
        assertThat(journalFiles()).isEmpty();
    }

    /** A hanging database may still commit what went to the journal meanwhile; then the journal's copy changes nothing. */
    @Test
    void aDatabaseThatHangsHoldsNoRecordUpAndCountsNoneTwice() throws Exception {
        UsageRecord record = UsageRecords.byTheHead();
        List<UsageRecord> told = new CopyOnWriteArrayList<>();
        try (JournalFolder folder = folder();
                UsageJournal journal = new UsageJournal(database, folder, List.of(told::add))) {
            database.hanging = new CountDownLatch(1);

            assertThat(journal.submit(record)).succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(database.rows).isEmpty();
            database.hanging.countDown();

            assertThat(journal.submit(UsageRecords.byTheHead())).succeedsWithin(10, TimeUnit.SECONDS);
            database.awaitRows(2);
            assertThat(told).hasSize(2);
        }
    }

    @Test
    void aFullJournalTakesNoNewRequestsButEveryRecordOfThoseThatRun() throws Exception {
        JournalSettings small = new JournalSettings(DataSize.ofKilobytes(64), DataSize.ofBytes(0));
        try (JournalFolder folder = JournalFolder.open(data.resolve("journal"), small);
                UsageJournal journal = new UsageJournal(database, folder, List.of())) {
            folder.start();
            database.away = true;
            int records = 0;
            while (folder.refusal().isEmpty() && records < 10_000) {
                journal.submit(UsageRecords.byTheHead()).get(10, TimeUnit.SECONDS);
                records++;
            }
            assertThat(folder.refusal()).get().asString().contains("molink.journal.max-size");
            for (int running = 0; running < 50; running++) {
                journal.submit(UsageRecords.byTheHead()).get(10, TimeUnit.SECONDS);
            }

            database.away = false;

            database.awaitRows(records + 50);
            await(() -> folder.refusal().isEmpty());
        }
    }

    @Test
    void aRecordOfTheJournalThatTheDatabaseRefusesIsSetAside() throws Exception {
        UsageRecord good = UsageRecords.byTheHead();
        database.away = true;
        try (JournalFolder folder = folder();
                UsageJournal journal = new UsageJournal(database, folder, List.of())) {
            journal.submit(tooLong()).get(10, TimeUnit.SECONDS);
            journal.submit(good).get(10, TimeUnit.SECONDS);

            database.away = false;

            database.awaitRows(1);
            assertThat(database.rows).containsExactly(good);
        }
        try (JournalFolder folder = folder()) {
            assertThat(folder.refused().waiting()).isEqualTo(1);
        }
    }

    @Test
    void aRecordKeepsEveryFieldInTheJournal() throws Exception {
        for (UsageRecord record : List.of(
                UsageRecords.byTheHead(),
                UsageRecords.byTheGateway("req_7"),
                UsageRecords.byTheHead()
                        .charged(
                                new TokenCounts(17, 16, 42),
                                new BigDecimal("12345678901234567890.123456789012345678"),
                                "EUR"),
                UsageRecords.record("req_8", Long.MAX_VALUE, List.of(), Evidence.HEAD, UsageRecords.RECEIVED))) {
            assertThat(UsageText.record(UsageText.bytes(record))).isEqualTo(record);
        }
    }

    /** Journals that lie on disks and readers of {@code /actuator/usage} rely on these names. */
    @Test
    void aRecordIsOneFlatObjectInTheJournal() {
        byte[] text = UsageText.bytes(UsageRecords.byTheHead());

        assertThat(JsonMapper.shared().readTree(text).propertyNames())
                .containsExactlyInAnyOrder(
                        "requestId",
                        "apiKeyId",
                        "projectId",
                        "organizationId",
                        "model",
                        "pipeline",
                        "endpoint",
                        "promptTokens",
                        "cachedTokens",
                        "generatedTokens",
                        "deliveredTokens",
                        "finishReasons",
                        "failureCode",
                        "rows",
                        "codec",
                        "endUser",
                        "serviceTier",
                        "priceRuleId",
                        "coveredTokens",
                        "charged",
                        "charge",
                        "currency",
                        "receivedAt",
                        "firstTokenAt",
                        "finishedAt",
                        "evidence",
                        "generatedByChoice");
    }

    private static UsageRecord tooLong() {
        return UsageRecords.byTheHead("r".repeat(81));
    }

    private JournalFolder folder() throws IOException {
        return JournalFolder.open(data.resolve("journal"), SETTINGS);
    }

    private List<String> journalFiles() throws IOException {
        try (var files = Files.list(data.resolve("journal"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("usage-"))
                    .toList();
        }
    }

    /** The table as far as the journal needs it: ids are unique, and no id is longer than 80 characters. */
    private static final class FakeDatabase implements UsageJournal.Writing {

        private final List<UsageRecord> rows = new CopyOnWriteArrayList<>();
        private volatile boolean away;
        private volatile CountDownLatch hanging = new CountDownLatch(0);

        @Override
        public List<Boolean> recordAll(List<UsageRecord> records) {
            if (away) {
                throw new DataAccessResourceFailureException("the database is away");
            }
            awaitAnswer();
            if (records.stream().anyMatch(record -> record.requestId().length() > 80)) {
                throw new DataIntegrityViolationException("the id is too long");
            }
            return records.stream().map(this::insert).toList();
        }

        private void awaitAnswer() {
            try {
                assertThat(hanging.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean insert(UsageRecord record) {
            boolean fresh = rows.stream().noneMatch(row -> row.requestId().equals(record.requestId()));
            return fresh && rows.add(record);
        }

        void awaitRows(int count) {
            await(() -> rows.size() >= count);
            assertThat(rows).hasSize(count);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
