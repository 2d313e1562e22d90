package dev.molink.controlplane.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.journal.JournalSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvidenceJournalTests {

    private static final JournalSettings SETTINGS = new JournalSettings(DataSize.ofMegabytes(8), DataSize.ofBytes(0));

    @TempDir
    private Path data;

    /** Or a bad one would come again for ever and keep the others out, or be gone with nothing but a line of the log. */
    @ParameterizedTest
    @EnumSource
    void aRecordThatTheDatabaseRefusesKeepsNoOtherOutAndIsSetAside(TestDatabase database) throws Exception {
        EvidenceStore store = database.bean(EvidenceStore.class);
        StageEvidence good = evidence("req_" + UUID.randomUUID(), 1);
        StageEvidence tooLong = evidence("r".repeat(81), 2);
        try (JournalFolder folder = folder();
                EvidenceJournal journal = new EvidenceJournal(store::recordAll, folder)) {

            CompletableFuture<Void> settled = journal.submit(List.of(tooLong, good));

            assertThat(settled).succeedsWithin(20, TimeUnit.SECONDS);
            assertThat(store.find(List.of(good.requestId(), tooLong.requestId())))
                    .isEqualTo(Map.of(good.requestId(), List.of(good)));
            assertThat(folder.refusedEvidence().waiting()).isEqualTo(1);
        }
        try (JournalFolder folder = folder()) {
            assertThat(folder.refusal()).isEmpty();
            assertThat(setAside(folder)).containsExactly(2L);
        }
    }

    @Test
    void whatIsSetAsideSaysAllThatTheStageTold() throws Exception {
        StageEvidence refused = Evidences.of("req_1", "n1", 7, Evidences.FIRST, new EvidenceRows(1, 2, 3, 4, 5, 6));
        try (JournalFolder folder = folder();
                EvidenceJournal journal = new EvidenceJournal(
                        records -> {
                            throw new DataIntegrityViolationException("nothing is right for it");
                        },
                        folder)) {
            journal.submit(List.of(refused)).get(20, TimeUnit.SECONDS);

            JsonNode kept = read(folder.refusedEvidence().peek(1).getFirst());

            assertThat(kept.get("requestId").asString()).isEqualTo("req_1");
            assertThat(kept.get("nodeId").asString()).isEqualTo("n1");
            assertThat(kept.get("epoch").asLong()).isEqualTo(refused.epoch());
            assertThat(kept.at("/part/endLayer").asInt()).isEqualTo(3);
            assertThat(kept.at("/rows/verifiedAccepted").asInt()).isEqualTo(4);
            assertThat(kept.get("busyNanos").asLong()).isEqualTo(refused.busyNanos());
            assertThat(kept.get("countedAt").asString())
                    .isEqualTo(refused.countedAt().toString());
        }
    }

    @Test
    void whatCannotBeTrueIsSetAsideBesideTheRest() throws Exception {
        try (JournalFolder folder = folder();
                EvidenceJournal journal =
                        new EvidenceJournal(new TestedDatabase(new ConcurrentSkipListSet<>()), folder)) {
            journal.submit(
                            List.of(evidence("req_good", 1)),
                            List.of(new ImpossibleEvidence("req_bad", "node_1", "layers 5 to 3", "first_layer: 5")))
                    .get(20, TimeUnit.SECONDS);

            JsonNode kept = read(folder.refusedEvidence().peek(1).getFirst());
            assertThat(kept.get("requestId").asString()).isEqualTo("req_bad");
            assertThat(kept.get("reason").asString()).isEqualTo("layers 5 to 3");
            assertThat(kept.get("told").asString()).isEqualTo("first_layer: 5");
        }
    }

    /** The node sends the whole message again: a bad record that was set aside by then would be there twice. */
    @Test
    void nothingIsSetAsideOfAMessageThatComesAgain() throws Exception {
        Set<Long> taken = new ConcurrentSkipListSet<>();
        StageEvidence bad = evidence("req_bad", 1);
        StageEvidence good = evidence("req_good", 2);
        TestedDatabase database = new TestedDatabase(taken);
        try (JournalFolder folder = folder();
                EvidenceJournal journal = new EvidenceJournal(database, folder)) {
            database.awayFor = 2;

            assertThat(journal.submit(List.of(bad, good)))
                    .failsWithin(20, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(DataAccessResourceFailureException.class);
            assertThat(folder.refusedEvidence().waiting()).isZero();

            database.awayFor = 0;
            assertThat(journal.submit(List.of(bad, good))).succeedsWithin(20, TimeUnit.SECONDS);
            assertThat(folder.refusedEvidence().waiting()).isEqualTo(1);
            assertThat(taken).containsExactly(2L);
        }
    }

    /** A fault of the product, say: its own message comes again, those of the other nodes are written. */
    @Test
    void aRecordThatFailsForAnotherReasonKeepsNoOtherMessageOut() throws Exception {
        Set<Long> taken = new ConcurrentSkipListSet<>();
        try (JournalFolder folder = folder();
                EvidenceJournal journal = new EvidenceJournal(
                        records -> {
                            if (records.stream().anyMatch(record -> record.sequence() == 1)) {
                                throw new IllegalStateException("a step failed");
                            }
                            records.forEach(record -> taken.add(record.sequence()));
                        },
                        folder)) {
            CompletableFuture<Void> culprit = journal.submit(List.of(evidence("req_1", 1)));
            CompletableFuture<Void> other = journal.submit(List.of(evidence("req_2", 2)));

            assertThat(other).succeedsWithin(20, TimeUnit.SECONDS);
            assertThat(culprit)
                    .failsWithin(20, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IllegalStateException.class);
            assertThat(taken).containsExactly(2L);
            assertThat(folder.refusedEvidence().waiting()).isZero();
        }
    }

    @Test
    void whatCannotBeSetAsideIsNotAcknowledged() throws Exception {
        try (JournalFolder folder = folder();
                EvidenceJournal journal =
                        new EvidenceJournal(new TestedDatabase(new ConcurrentSkipListSet<>()), folder)) {
            folder.refusedEvidence().close();

            assertThat(journal.submit(List.of(evidence("req_bad", 1))))
                    .failsWithin(20, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IOException.class);
            assertThat(folder.refusal()).isPresent();
        }
    }

    /** Their files lie in one folder, and a name that fits both would mix them. */
    @Test
    void refusedEvidenceAndRefusedUsageAreKeptApart() throws Exception {
        try (JournalFolder folder = folder()) {
            folder.refused().append(List.of("{}".getBytes(StandardCharsets.UTF_8)));
            folder.refusedEvidence().append(List.of(EvidenceText.bytes(evidence("req_1", 5))));
        }
        try (JournalFolder folder = folder()) {
            assertThat(folder.refused().waiting()).isEqualTo(1);
            assertThat(setAside(folder)).containsExactly(5L);
            assertThat(folder.refusedEvidence().files()).endsWith("refused-evidence-*.journal");
        }
        try (var files = Files.list(data)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("refused-000001.journal", "refused-evidence-000001.journal");
        }
    }

    /** Takes no record of {@code req_bad}, and does not answer when it is asked about one record. */
    private static final class TestedDatabase implements EvidenceJournal.Writing {

        private final Set<Long> taken;
        /** The sequence of that record; 0: it answers always. */
        private volatile long awayFor;

        TestedDatabase(Set<Long> taken) {
            this.taken = taken;
        }

        @Override
        public void recordAll(List<StageEvidence> records) {
            if (records.stream().anyMatch(record -> record.requestId().equals("req_bad"))) {
                throw new DataIntegrityViolationException("this request is refused");
            }
            if (records.stream().anyMatch(record -> record.sequence() == awayFor)) {
                throw new DataAccessResourceFailureException("the database is away");
            }
            records.forEach(record -> taken.add(record.sequence()));
        }
    }

    private static Set<Long> setAside(JournalFolder folder) throws IOException {
        Set<Long> sequences = new TreeSet<>();
        for (byte[] bytes : folder.refusedEvidence().peek(100)) {
            sequences.add(read(bytes).get("sequence").asLong());
        }
        return sequences;
    }

    private static JsonNode read(byte[] bytes) {
        return JsonMapper.shared().readTree(bytes);
    }

    private static StageEvidence evidence(String requestId, long sequence) {
        return Evidences.of(requestId, "n1", sequence, Evidences.FIRST, Evidences.computed(5));
    }

    private JournalFolder folder() throws IOException {
        return JournalFolder.open(data, SETTINGS);
    }
}
