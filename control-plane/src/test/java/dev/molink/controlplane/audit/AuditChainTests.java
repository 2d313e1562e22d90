package dev.molink.controlplane.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.FreshDatabase;
import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.audit.AuditVerdict.Broken;
import dev.molink.controlplane.audit.AuditVerdict.Intact;
import dev.molink.controlplane.audit.AuditVerdict.Problem;
import dev.molink.controlplane.storage.Transactions;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The chain of the audit log: whole when it was left alone, and the first wrong row found when it was not. */
class AuditChainTests {

    private static final Map<TestDatabase, Log> UNPROTECTED = new EnumMap<>(TestDatabase.class);
    private static final AdminCaller CALLER = new AdminCaller(ActorKind.ADMIN_KEY, "key_1", null, Role.OWNER);

    @ParameterizedTest
    @EnumSource
    void anEmptyLogIsIntact(TestDatabase database) {
        Log log = new Log(database);

        assertThat(log.verify()).isEqualTo(new Intact(0, AuditRow.NO_HASH));
    }

    @ParameterizedTest
    @EnumSource
    void aLogOfManyRowsIsIntact(TestDatabase database) {
        Log log = new Log(database);
        log.write(1100);

        AuditVerdict verdict = log.verify();

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Intact.class, intact -> assertThat(intact.rows()).isEqualTo(1100));
        assertThat(verdict.sentence()).contains("1100 rows");
    }

    @ParameterizedTest
    @EnumSource
    void replicasThatWriteAtTheSameTimeMakeOneChain(TestDatabase database) throws Exception {
        Log log = new Log(database);

        InParallel.run(8, number -> {
            Log replica = new Log(log.fresh);
            replica.write(25);
            return number;
        });

        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        Intact.class, intact -> assertThat(intact.rows()).isEqualTo(200));
    }

    @ParameterizedTest
    @EnumSource
    void aWriteThatFailsLeavesNoRow(TestDatabase database) {
        Log log = new Log(database);
        log.write(2);

        assertThatThrownBy(() -> log.transactions.run(() -> {
                    log.trail.record(entry(3));
                    throw new IllegalArgumentException("the write failed");
                }))
                .hasMessage("the write failed");

        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        Intact.class, intact -> assertThat(intact.rows()).isEqualTo(2));
    }

    @ParameterizedTest
    @EnumSource
    void recordsOnlyInTheTransactionOfTheWrite(TestDatabase database) {
        Log log = new Log(database);

        assertThatThrownBy(() -> log.trail.record(entry(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside of a transaction");
    }

    @ParameterizedTest
    @EnumSource
    void rowsCannotBeChangedOrRemoved(TestDatabase database) {
        Log log = new Log(database);
        log.write(3);

        assertThatThrownBy(() -> log.sql("UPDATE audit_entry SET actor_id = 'nobody'"))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("never changed or removed");
        assertThatThrownBy(() -> log.sql("DELETE FROM audit_entry WHERE sequence = 2"))
                .isInstanceOf(DataAccessException.class);
        if (database == TestDatabase.POSTGRESQL) {
            assertThatThrownBy(() -> log.sql("TRUNCATE audit_entry")).isInstanceOf(DataAccessException.class);
        }
        assertThat(log.verify()).isInstanceOf(Intact.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE audit_entry SET actor_id = 'key_2' WHERE sequence = 4                        | 4  | CHANGED
            UPDATE audit_entry SET actor_role = 'VIEWER' WHERE sequence = 1                     | 1  | CHANGED
            UPDATE audit_entry SET action = 'project.archived' WHERE sequence = 9               | 9  | CHANGED
            UPDATE audit_entry SET before_fields = '' WHERE sequence = 5                        | 5  | CHANGED
            UPDATE audit_entry SET after_fields = 'limit=9' WHERE sequence = 5                  | 5  | CHANGED
            UPDATE audit_entry SET organization_id = 'org_2' WHERE sequence = 5                 | 5  | CHANGED
            UPDATE audit_entry SET recorded_at = recorded_at + INTERVAL '1' SECOND WHERE sequence = 6 | 6 | CHANGED
            UPDATE audit_entry SET request_id = 'req_2' WHERE sequence = 10                     | 10 | CHANGED
            UPDATE audit_entry SET hash = previous_hash WHERE sequence = 2                      | 2  | CHANGED
            DELETE FROM audit_entry WHERE sequence = 1                                          | 1  | MISSING
            DELETE FROM audit_entry WHERE sequence = 7                                          | 7  | MISSING
            DELETE FROM audit_entry WHERE sequence BETWEEN 3 AND 5                              | 3  | MISSING
            DELETE FROM audit_entry WHERE sequence = 10                                         | 10 | CUT
            DELETE FROM audit_entry WHERE sequence > 6                                          | 7  | CUT
            DELETE FROM audit_entry                                                             | 1  | CUT
            UPDATE audit_head SET entry_count = 8                                               | 9  | ADDED
            UPDATE audit_head SET hash = '00'                                                   | 10 | CHANGED
            """)
    void namesTheFirstRowThatIsWrong(String damage, long sequence, Problem problem) {
        for (TestDatabase database : TestDatabase.values()) {
            Log log = unprotected(database);
            log.write(10);

            log.sql(damage);

            assertThat(log.verify()).as("%s on %s", damage, database).isInstanceOfSatisfying(Broken.class, broken -> {
                assertThat(broken.sequence()).isEqualTo(sequence);
                assertThat(broken.problem()).isEqualTo(problem);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatChangedPlacesAreFound(TestDatabase database) {
        Log log = unprotected(database);
        log.write(10);

        log.sql("UPDATE audit_entry SET sequence = 100 WHERE sequence = 3");
        log.sql("UPDATE audit_entry SET sequence = 3 WHERE sequence = 4");
        log.sql("UPDATE audit_entry SET sequence = 4 WHERE sequence = 100");

        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(3));
    }

    /** A forger who knows how hashes are made must make all that follow anew, and then the recorded end differs. */
    @ParameterizedTest
    @EnumSource
    void aRowThatWasForgedWithItsHashBreaksTheNextOne(TestDatabase database) {
        Log log = unprotected(database);
        log.write(10);
        log.forge(5);

        AuditVerdict one = log.verify();
        IntStream.rangeClosed(6, 10).forEach(log::rechain);
        AuditVerdict all = log.verify();

        assertThat(one).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.sequence()).isEqualTo(6);
            assertThat(broken.problem()).isEqualTo(Problem.REORDERED);
        });
        assertThat(all).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.sequence()).isEqualTo(10);
            assertThat(broken.detail()).contains("replaced");
        });
    }

    /** Who owns the database can write everything anew; a hash that was kept elsewhere tells. */
    @ParameterizedTest
    @EnumSource
    void aLogThatWasWrittenAnewDiffersFromAKeptHash(TestDatabase database) {
        Log log = unprotected(database);
        log.write(10);
        String kept = ((Intact) log.verify()).hash();
        log.write(3);
        AuditProof.Witness witness = new AuditProof.Witness(10, kept);
        AuditVerdict before = log.proof().verify(witness);

        log.forge(5);
        IntStream.rangeClosed(6, 13).forEach(log::rechain);
        log.sql("UPDATE audit_head SET hash = (SELECT hash FROM audit_entry WHERE sequence = 13)");

        assertThat(before).isInstanceOf(Intact.class);
        assertThat(log.verify()).isInstanceOf(Intact.class);
        assertThat(log.proof().verify(witness)).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.sequence()).isEqualTo(10);
            assertThat(broken.detail()).contains("written anew");
        });
        assertThat(log.proof().verify(new AuditProof.Witness(14, kept)))
                .isInstanceOfSatisfying(
                        Broken.class, broken -> assertThat(broken.problem()).isEqualTo(Problem.CUT));
    }

    @Test
    void anyChangedCharacterChangesTheHash() {
        long seed = new Random().nextLong();
        System.out.println("AuditChainTests seed " + seed);
        Random random = new Random(seed);
        AuditRow row = AuditRow.of(entry(1), 7, "audit_log_1", new TestClock().instant(), "ab".repeat(32));
        List<String> parts =
                List.of(row.id(), row.actorId(), row.action(), row.objectId(), row.afterFields(), row.requestId());

        for (int trial = 0; trial < 1000; trial++) {
            int part = random.nextInt(parts.size());
            AuditRow changed = withPart(row, part, changed(parts.get(part), random));

            assertThat(changed.expectedHash()).as("trial %d", trial).isNotEqualTo(row.hash());
        }
        assertThat(row.expectedHash()).isEqualTo(row.hash());
    }

    /** Characters that move from the end of one column to the start of the next make other bytes. */
    @Test
    void neighbouringColumnsCannotBeMixed() {
        AuditRow row = AuditRow.of(entry(1), 7, "ab", new TestClock().instant(), AuditRow.NO_HASH);

        assertThat(withPart(withPart(row, 2, "limit.updatedo"), 3, "bj_1").expectedHash())
                .isNotEqualTo(
                        withPart(withPart(row, 2, "limit.updated"), 3, "obj_1").expectedHash());
    }

    /** An empty log without triggers, the same for each damage: migrations take longer than all of them. */
    private static synchronized Log unprotected(TestDatabase database) {
        Log log = UNPROTECTED.computeIfAbsent(database, kind -> {
            Log made = new Log(kind);
            made.dropTriggers();
            return made;
        });
        log.sql("DELETE FROM audit_entry");
        log.sql("UPDATE audit_head SET entry_count = 0, hash = '%s'".formatted(AuditRow.NO_HASH));
        return log;
    }

    private static String changed(String text, Random random) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at) + text.substring(at + 1);
            case 1 -> text.substring(0, at) + (char) ('a' + random.nextInt(26)) + text.substring(at);
            default -> text.substring(0, at) + (char) (text.charAt(at) + 1) + text.substring(at + 1);
        };
    }

    private static AuditRow withPart(AuditRow row, int part, String text) {
        return new AuditRow(
                row.sequence(),
                part == 0 ? text : row.id(),
                row.recordedAt(),
                row.actorKind(),
                part == 1 ? text : row.actorId(),
                row.actorRole(),
                row.organizationId(),
                part == 2 ? text : row.action(),
                part == 3 ? text : row.objectId(),
                row.beforeFields(),
                part == 4 ? text : row.afterFields(),
                part == 5 ? text : row.requestId(),
                row.previousHash(),
                row.hash());
    }

    private static AuditEntry entry(int number) {
        return new AuditEntry(
                CALLER,
                "limit.updated",
                "obj_" + number,
                "org_1",
                Map.of("limit", "10"),
                Map.of("limit", "20", "a=b\\", "two\nlines ä"),
                "req_" + number);
    }

    /** A log in a database of its own. */
    private static final class Log {

        private final FreshDatabase fresh;
        private final JdbcClient client;
        private final Transactions transactions;
        private final AuditTable table;
        private final AuditTrail trail;

        Log(TestDatabase database) {
            this(FreshDatabase.on(database));
        }

        Log(FreshDatabase fresh) {
            this.fresh = fresh;
            this.client = fresh.client();
            this.transactions = fresh.transactions();
            this.table = new AuditTable(client);
            this.trail =
                    new ChainedAuditTrail(table, new Identifiers(new java.security.SecureRandom()), new TestClock());
        }

        void write(int rows) {
            for (int number = 1; number <= rows; number++) {
                AuditEntry entry = entry(number);
                transactions.run(() -> {
                    trail.record(entry);
                    return true;
                });
            }
        }

        AuditVerdict verify() {
            return proof().verify();
        }

        AuditProof proof() {
            return new AuditProof(table, transactions);
        }

        void sql(String statement) {
            client.sql(statement).update();
        }

        /** As only the owner of the tables can. */
        void dropTriggers() {
            sql("DROP TRIGGER audit_entry_row" + (fresh.kind() == TestDatabase.H2 ? "" : " ON audit_entry"));
        }

        void forge(long sequence) {
            AuditRow forged = withPart(table.behind(sequence - 1, 1).getFirst(), 1, "somebody");
            store(forged, forged.previousHash());
        }

        void rechain(long sequence) {
            List<AuditRow> rows = table.behind(sequence - 2, 2);
            store(rows.getLast(), rows.getFirst().hash());
        }

        private void store(AuditRow row, String previous) {
            AuditRow open = new AuditRow(
                    row.sequence(),
                    row.id(),
                    row.recordedAt(),
                    row.actorKind(),
                    row.actorId(),
                    row.actorRole(),
                    row.organizationId(),
                    row.action(),
                    row.objectId(),
                    row.beforeFields(),
                    row.afterFields(),
                    row.requestId(),
                    previous,
                    "");
            client.sql(
                            "UPDATE audit_entry SET actor_id = :actor, previous_hash = :previous, hash = :hash WHERE sequence = :sequence")
                    .param("actor", open.actorId())
                    .param("previous", previous)
                    .param("hash", open.expectedHash())
                    .param("sequence", open.sequence())
                    .update();
        }
    }
}
