package dev.molink.controlplane.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

class UsageJournalTests {

    @ParameterizedTest
    @EnumSource
    void writesWhatManyHandIn(TestDatabase database) throws Exception {
        UsageStore store = database.bean(UsageStore.class);
        UsageJournal journal = database.bean(UsageJournal.class);
        List<UsageRecord> records = new ArrayList<>();
        List<CompletableFuture<Boolean>> written = new ArrayList<>();

        for (int i = 0; i < 500; i++) {
            UsageRecord record = UsageRecords.byTheHead();
            records.add(record);
            written.add(journal.submit(record));
        }

        for (CompletableFuture<Boolean> each : written) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(records)
                .allSatisfy(record -> assertThat(store.find(record.requestId())).contains(record));
    }

    @ParameterizedTest
    @EnumSource
    void aRecordThatTheDatabaseRefusesKeepsNoOtherOut(TestDatabase database) throws Exception {
        UsageStore store = database.bean(UsageStore.class);
        UsageRecord good = UsageRecords.byTheHead();
        UsageRecord other = UsageRecords.byTheHead();
        try (UsageJournal journal = new UsageJournal(store)) {

            CompletableFuture<Boolean> first = journal.submit(good);
            CompletableFuture<Boolean> refused = journal.submit(UsageRecords.byTheHead("r".repeat(81)));
            CompletableFuture<Boolean> last = journal.submit(other);

            assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(last.get(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> refused.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(DataIntegrityViolationException.class);
        }
    }

    @Test
    void closingWritesWhatWaitsAndTakesNoMore() {
        UsageStore store = TestDatabase.H2.bean(UsageStore.class);
        UsageRecord waiting = UsageRecords.byTheHead();
        UsageJournal journal = new UsageJournal(store);
        CompletableFuture<Boolean> written = journal.submit(waiting);

        journal.close();

        assertThat(written).isCompletedWithValue(true);
        assertThat(store.find(waiting.requestId())).isPresent();
        assertThat(journal.submit(UsageRecords.byTheHead()))
                .isCompletedExceptionally()
                .failsWithin(1, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(RejectedExecutionException.class);
    }
}
