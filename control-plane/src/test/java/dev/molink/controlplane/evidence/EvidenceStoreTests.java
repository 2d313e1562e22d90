package dev.molink.controlplane.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.TestDatabase;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each record once, whoever writes it and however often. */
class EvidenceStoreTests {

    @ParameterizedTest
    @EnumSource
    void givesBackWhatWasWritten(TestDatabase database) {
        EvidenceStore store = database.bean(EvidenceStore.class);
        String request = request();
        StageEvidence first = Evidences.of(request, "n1", 1, Evidences.FIRST, new EvidenceRows(1, 2, 3, 4, 5, 6));
        StageEvidence later = Evidences.of(request, "n1", 2, Evidences.FIRST, new EvidenceRows(-1, 0, 0, 0, 0, 1));
        StageEvidence other = Evidences.of(request, "n2", 1, Evidences.LAST, Evidences.computed(7));

        store.recordAll(List.of(other, later, first));

        assertThat(store.find(List.of(request, request()))).isEqualTo(Map.of(request, List.of(first, later, other)));
    }

    @ParameterizedTest
    @EnumSource
    void aRepetitionChangesNothing(TestDatabase database) {
        EvidenceStore store = database.bean(EvidenceStore.class);
        StageEvidence record = Evidences.of(request(), "n1", 1, Evidences.FIRST, Evidences.computed(5));
        store.recordAll(List.of(record));

        store.recordAll(List.of(
                record, record, Evidences.of(record.requestId(), "n1", 1, Evidences.FIRST, Evidences.computed(9))));

        assertThat(store.find(List.of(record.requestId())).get(record.requestId()))
                .containsExactly(record);
    }

    /** Forbidden: a record twice, a record missing, a deadlock. */
    @ParameterizedTest
    @EnumSource
    void gatewaysThatWriteTheSameRecordsLeaveEachOnce(TestDatabase database) throws Exception {
        EvidenceStore store = database.bean(EvidenceStore.class);
        String request = request();
        List<StageEvidence> records = IntStream.range(1, 50)
                .mapToObj(sequence -> Evidences.of(request, "n1", sequence, Evidences.LAST, Evidences.computed(1)))
                .toList();

        InParallel.run(4, writer -> {
            List<StageEvidence> mine = writer % 2 == 0 ? records : records.reversed();
            store.recordAll(mine);
            return writer;
        });

        assertThat(store.find(List.of(request)).get(request)).isEqualTo(records);
    }

    @ParameterizedTest
    @EnumSource
    void neverChangesNorLosesARecord(TestDatabase database) {
        StageEvidence record = Evidences.of(request(), "n1", 1, Evidences.FIRST, Evidences.computed(5));
        database.bean(EvidenceStore.class).recordAll(List.of(record));
        JdbcClient client = database.bean(JdbcClient.class);

        assertThatThrownBy(() ->
                        client.sql("UPDATE stage_evidence SET busy_nanos = 0").update())
                .isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> client.sql("DELETE FROM stage_evidence").update())
                .isInstanceOf(DataAccessException.class);
    }

    @ParameterizedTest
    @EnumSource
    void findsNothingForNoRequests(TestDatabase database) {
        assertThat(database.bean(EvidenceStore.class).find(Collections.emptyList()))
                .isEmpty();
    }

    private static String request() {
        return "req_" + UUID.randomUUID();
    }
}
