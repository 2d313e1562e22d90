package dev.molink.controlplane.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

/** What the table of usage records promises, on every database. */
class UsageStoreTests {

    @ParameterizedTest
    @EnumSource
    void givesBackARecordAsItWasWritten(TestDatabase database) {
        UsageStore store = database.bean(UsageStore.class);
        UsageRecord complete = UsageRecords.byTheHead();
        UsageRecord sparse = UsageRecords.byTheGateway("req_" + UUID.randomUUID());

        boolean completeWritten = store.record(complete);
        boolean sparseWritten = store.record(sparse);

        assertThat(completeWritten).isTrue();
        assertThat(sparseWritten).isTrue();
        assertThat(store.find(complete.requestId())).contains(complete);
        assertThat(store.find(sparse.requestId())).contains(sparse);
    }

    @ParameterizedTest
    @EnumSource
    void aDuplicateChangesNothing(TestDatabase database) {
        UsageStore store = database.bean(UsageStore.class);
        UsageRecord first = UsageRecords.byTheHead();
        store.record(first);

        boolean again =
                store.record(UsageRecords.record(first.requestId(), 99, List.of("stop"), Evidence.HEAD, Instant.EPOCH));

        assertThat(again).isFalse();
        assertThat(store.find(first.requestId())).contains(first);
    }

    @ParameterizedTest
    @EnumSource
    void theHeadsReportReplacesWhatTheGatewaySawAndKeepsWhatWasDelivered(TestDatabase database) {
        UsageStore store = database.bean(UsageStore.class);
        UsageRecord seen = UsageRecords.byTheGateway("req_" + UUID.randomUUID());
        store.record(seen);

        boolean replaced = store.record(UsageRecords.byTheHead(seen.requestId()));

        assertThat(replaced).isTrue();
        assertThat(store.find(seen.requestId())).hasValueSatisfying(record -> {
            assertThat(record.evidence()).isEqualTo(Evidence.HEAD);
            assertThat(record.generatedTokens()).isEqualTo(42);
            assertThat(record.deliveredTokens()).isEqualTo(39);
            assertThat(record.failureCode()).isNull();
            assertThat(record.rows()).isEqualTo(new RowCounts(42, 1, 2, 3, 4, 5));
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatTheGatewaySawNeverReplacesTheHeadsReport(TestDatabase database) {
        UsageStore store = database.bean(UsageStore.class);
        UsageRecord reported = UsageRecords.byTheHead();
        store.record(reported);

        boolean replaced = store.record(UsageRecords.byTheGateway(reported.requestId()));

        assertThat(replaced).isFalse();
        assertThat(store.find(reported.requestId())).contains(reported);
    }

    @ParameterizedTest
    @EnumSource
    void tellsForEachRecordOfABatchWhetherItChangedAnything(TestDatabase database) {
        UsageStore store = database.bean(UsageStore.class);
        UsageRecord known = UsageRecords.byTheHead();
        store.record(known);
        UsageRecord seen = UsageRecords.byTheGateway("req_" + UUID.randomUUID());
        UsageRecord reported = UsageRecords.byTheHead(seen.requestId());
        UsageRecord fresh = UsageRecords.byTheHead();

        List<Boolean> changed = store.recordAll(List.of(fresh, known, seen, reported, fresh));

        assertThat(changed).containsExactly(true, false, true, true, false);
        assertThat(store.find(seen.requestId())).map(UsageRecord::evidence).contains(Evidence.HEAD);
    }

    @ParameterizedTest
    @EnumSource
    void writesAllOfABatchOrNothing(TestDatabase database) {
        UsageStore store = database.bean(UsageStore.class);
        UsageRecord good = UsageRecords.byTheHead();
        UsageRecord tooLong = UsageRecords.byTheHead("r".repeat(81));

        assertThatThrownBy(() -> store.recordAll(List.of(good, tooLong)))
                .isInstanceOf(DataIntegrityViolationException.class);

        assertThat(store.find(good.requestId())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void sumsTheRequestsSinceAnInstantAndListsTheNewestFirst(TestDatabase database) {
        UsageStore store = database.bean(UsageStore.class);
        // far in the future, where no other test writes
        Instant since = Instant.parse("2100-01-01T00:00:00Z");
        String older = "req_" + UUID.randomUUID();
        String newer = "req_" + UUID.randomUUID();
        store.record(UsageRecords.record(older, 5, List.of("stop"), Evidence.HEAD, since));
        store.record(UsageRecords.record(newer, 7, List.of("stop"), Evidence.HEAD, since.plusSeconds(1)));

        UsageTotals totals = store.totals(since);
        List<UsageRecord> recent = store.recent(2);

        assertThat(totals).isEqualTo(new UsageTotals(2, 0, 34, 12));
        assertThat(recent).extracting(UsageRecord::requestId).containsExactly(newer, older);
    }

    /** Forbidden: two writers that both wrote, no writer that did, the gateway's evidence in the end, a deadlock. */
    @ParameterizedTest
    @EnumSource
    void parallelDuplicatesLeaveOneRecord(TestDatabase database) throws Exception {
        UsageStore store = database.bean(UsageStore.class);
        int writers = 6;
        for (int round = 0; round < 10; round++) {
            List<String> ids =
                    List.of("req_" + UUID.randomUUID(), "req_" + UUID.randomUUID(), "req_" + UUID.randomUUID());

            List<List<Boolean>> answers = InParallel.run(writers, writer -> {
                // half of the writers come in the opposite order, so that they would meet if they locked as they came
                List<String> mine = writer % 2 == 0 ? ids : ids.reversed();
                return store.recordAll(mine.stream()
                        .map(id -> writer < 3 ? UsageRecords.byTheHead(id) : UsageRecords.byTheGateway(id))
                        .toList());
            });

            for (String id : ids) {
                assertThat(store.find(id)).map(UsageRecord::evidence).contains(Evidence.HEAD);
            }
            List<Boolean> byTheHead =
                    answers.subList(0, 3).stream().flatMap(List::stream).toList();
            assertThat(byTheHead).filteredOn(changed -> changed).hasSize(ids.size());
        }
    }
}
