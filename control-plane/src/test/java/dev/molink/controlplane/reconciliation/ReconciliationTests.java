package dev.molink.controlplane.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.alerts.Alert;
import dev.molink.controlplane.alerts.AlertKind;
import dev.molink.controlplane.alerts.Alerts;
import dev.molink.controlplane.alerts.Delivery;
import dev.molink.controlplane.alerts.Webhook;
import dev.molink.controlplane.alerts.Webhooks;
import dev.molink.controlplane.evidence.EvidenceRows;
import dev.molink.controlplane.evidence.EvidenceStore;
import dev.molink.controlplane.evidence.Evidences;
import dev.molink.controlplane.evidence.StageEvidence;
import dev.molink.controlplane.evidence.StagePart;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.reconciliation.ReconciliationRun.State;
import dev.molink.controlplane.statements.Statements;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.usage.BookedRequests;
import dev.molink.controlplane.usage.RowCounts;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageStore;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Books that agree have no difference; one number that is changed anywhere names its request and no other. */
class ReconciliationTests {

    private static final int ROUNDS = Boolean.getBoolean("molink.test.full") ? 200 : 20;
    private static final int REQUESTS = 8;
    private static final Duration GRACE = Duration.ofMinutes(15);

    /** A change of one number, by SQL; {@code :id} is the request. */
    private static final List<String> CHANGES = List.of(
            "UPDATE usage_record SET prompt_tokens = prompt_tokens + 1 WHERE request_id = :id",
            "UPDATE usage_record SET cached_tokens = cached_tokens + 1 WHERE request_id = :id",
            "UPDATE usage_record SET generated_tokens = generated_tokens + 1 WHERE request_id = :id",
            "UPDATE usage_record SET generated_by_choice = '3,9' WHERE request_id = :id",
            "UPDATE usage_record SET computed_rows = computed_rows + 1 WHERE request_id = :id",
            "UPDATE usage_record SET recomputed_rows = recomputed_rows + 1 WHERE request_id = :id",
            "UPDATE usage_record SET replayed_rows = replayed_rows + 1 WHERE request_id = :id",
            "UPDATE usage_record SET verified_accepted_rows = verified_accepted_rows + 1 WHERE request_id = :id",
            "UPDATE usage_record SET verified_rejected_rows = verified_rejected_rows + 1 WHERE request_id = :id",
            "UPDATE usage_record SET discarded_rows = discarded_rows + 1 WHERE request_id = :id",
            "UPDATE usage_record SET charge = charge + 0.000000000000000001 WHERE request_id = :id",
            "UPDATE usage_record SET currency = 'EUR' WHERE request_id = :id",
            "UPDATE usage_record SET organization_id = 'org_other' WHERE request_id = :id",
            "DELETE FROM usage_record WHERE request_id = :id",
            evidence("computed_rows"),
            evidence("recomputed_rows"),
            evidence("replayed_rows"),
            evidence("verified_accepted_rows"),
            evidence("verified_rejected_rows"),
            evidence("discarded_rows"),
            """
            INSERT INTO ledger_entry (entry_id, idempotency_key, book_id, from_account_id, to_account_id, amount, kind,
                billing_month, late, request_id, project_id, model, prompt_tokens, cached_tokens, generated_tokens, reason,
                actor_id, occurred_at, posted_at)
            SELECT 'x' || SUBSTRING(entry_id FROM 2), idempotency_key || ':x', book_id, from_account_id, to_account_id,
                0.000000000000000001, kind, billing_month, late, request_id, project_id, model, 0, 0, 0, reason, actor_id,
                occurred_at, TIMESTAMP WITH TIME ZONE '2999-01-01 00:00:00+00'
            FROM ledger_entry WHERE request_id = :id FETCH FIRST 1 ROWS ONLY""");

    private static final AtomicInteger DAYS = new AtomicInteger();

    private final TestClock clock = new TestClock();
    private final List<ReconciliationRun> told = new CopyOnWriteArrayList<>();
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String organization = "org_" + run;
    private Instant day = Instant.EPOCH;

    /** A further record of a stage, with one row more of this cause. */
    private static String evidence(String column) {
        List<String> columns = List.of(
                "computed_rows",
                "recomputed_rows",
                "replayed_rows",
                "verified_accepted_rows",
                "verified_rejected_rows",
                "discarded_rows");
        String values =
                columns.stream().map(each -> each.equals(column) ? "1" : "0").collect(Collectors.joining(", "));
        return """
                INSERT INTO stage_evidence (request_id, node_id, epoch, record_sequence, pipeline, model, first_layer,
                    end_layer, model_layers, %s, cached_tokens, busy_nanos, bytes_received, bytes_sent, counted_at,
                    received_at)
                SELECT request_id, node_id, epoch, record_sequence + 1000, pipeline, model, first_layer, end_layer,
                    model_layers, %s, 0, 0, 0, 0, counted_at, received_at
                FROM stage_evidence WHERE request_id = :id ORDER BY first_layer, record_sequence FETCH FIRST 1 ROWS ONLY""".formatted(String.join(", ", columns), values);
    }

    @ParameterizedTest
    @EnumSource
    void namesExactlyTheRequestOfWhichOneNumberWasChanged(TestDatabase database) {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("ReconciliationTests: seed %d (-Dmolink.test.seed)%n", seed);
        Random random = new Random(seed);
        String rule = priceRule(database);
        Reconciliations reconciliations = replica(database);
        for (int round = 0; round < Math.max(ROUNDS, CHANGES.size() + 1); round++) {
            nextDay();
            List<UsageRecord> requests = write(database, random, round, rule);
            ReconciliationRun before = compare(reconciliations);
            assertThat(before.differences() + before.openItems())
                    .as("seed %d: %s", seed, reconciliations.findings(before.runId(), 0, 100))
                    .isZero();
            assertThat(before.requests()).isEqualTo(REQUESTS);
            UsageRecord victim = requests.get(random.nextInt(REQUESTS));
            String change = CHANGES.get(round % CHANGES.size());
            int changed = database.bean(JdbcClient.class)
                    .sql(change)
                    .param("id", victim.requestId())
                    .update();
            assertThat(changed).isEqualTo(1);

            ReconciliationRun after = compare(reconciliations);

            List<Finding> findings = reconciliations.findings(after.runId(), 0, 100);
            assertThat(findings).as("seed %d: %s", seed, change).isNotEmpty().allSatisfy(finding -> {
                assertThat(finding.requestId()).isEqualTo(victim.requestId());
                assertThat(finding.open()).isFalse();
            });
            assertThat(after.differences()).isEqualTo(findings.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesTheRequestOfAStageThatToldNothing(TestDatabase database) {
        nextDay();
        UsageRecord silent = usage(0, "silent-" + run, day.plusSeconds(60), null);
        UsageRecord half = usage(0, "half-" + run, day.plusSeconds(60), null);
        database.bean(UsageStore.class).recordAll(List.of(silent, half));
        database.bean(EvidenceStore.class)
                .recordAll(List.of(stages(half, 3, new Random(1)).getFirst()));
        Reconciliations reconciliations = replica(database);

        ReconciliationRun run = compare(reconciliations);

        assertThat(reconciliations.findings(run.runId(), 0, 100))
                .filteredOn(finding -> finding.quantity().equals("stages"))
                .extracting(Finding::requestId, Finding::found)
                .containsExactlyInAnyOrder(
                        tuple(silent.requestId(), "none"), tuple(half.requestId(), "none of layers [3, 8)"));
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatMayStillArriveApartAndClosesItWhenItDoes(TestDatabase database) {
        nextDay();
        UsageRecord fresh = usage(0, "fresh-" + run, day.plusSeconds(60), null);
        database.bean(UsageStore.class).recordAll(List.of(fresh));
        Reconciliations reconciliations = replica(database);
        moveTo(fresh.finishedAt().plus(GRACE).minusSeconds(1));

        ReconciliationRun early = compare(reconciliations);
        moveTo(fresh.finishedAt().plus(GRACE).plusSeconds(1));
        ReconciliationRun late = compare(reconciliations);
        database.bean(EvidenceStore.class).recordAll(stages(fresh, 1, new Random()));
        ReconciliationRun arrived = compare(reconciliations);

        assertThat(early.differences()).isZero();
        assertThat(early.openItems()).isPositive();
        assertThat(late.differences()).isPositive();
        assertThat(late.openItems()).isZero();
        assertThat(arrived.differences() + arrived.openItems()).isZero();
    }

    /** Forbidden: nobody runs it, two run it, two tell of it. */
    @ParameterizedTest
    @EnumSource
    void oneOfSeveralReplicasComparesTheDayBeforeOnceANight(TestDatabase database) throws Exception {
        Random random = new Random();
        nextDay();
        List<UsageRecord> requests = write(database, random, 0, priceRule(database));
        database.bean(JdbcClient.class)
                .sql(CHANGES.getFirst())
                .param("id", requests.getFirst().requestId())
                .update();
        moveTo(day.plus(1, ChronoUnit.DAYS).plus(Duration.ofMinutes(119)));
        InParallel.run(3, number -> checked(database));
        assertThat(mine()).isEmpty();
        moveTo(day.plus(1, ChronoUnit.DAYS).plus(Duration.ofMinutes(121)));

        InParallel.run(3, number -> checked(database));
        checked(database);

        assertThat(mine()).singleElement().satisfies(night -> {
            assertThat(night.requestedBy()).isEqualTo("system");
            assertThat(night.until()).isEqualTo(day.plus(1, ChronoUnit.DAYS));
            assertThat(night.state()).isEqualTo(State.FINISHED);
            assertThat(night.requests()).isEqualTo(REQUESTS);
            assertThat(night.differences()).isPositive();
        });
        assertThat(replica(database).differences()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void aRunWhoseReplicaDiedIsTakenOver(TestDatabase database) {
        nextDay();
        Reconciliations alive = replica(database);
        ReconciliationRun abandoned = alive.request(day, day.plusSeconds(60), "key_1");
        ReconciliationRows rows = new ReconciliationRows(database.bean(NamedParameterJdbcOperations.class));
        Instant held = clock.instant().truncatedTo(ChronoUnit.MICROS);
        assertThat(rows.renew(abandoned.runId(), held, held.plusSeconds(120))).isTrue();
        alive.check();
        assertThat(alive.find(abandoned.runId()).orElseThrow().state()).isEqualTo(State.RUNNING);
        clock.advance(Duration.ofSeconds(121));

        alive.check();

        assertThat(alive.find(abandoned.runId()).orElseThrow().state()).isEqualTo(State.FINISHED);
        assertThat(rows.finish(abandoned.runId(), held, held, new Comparison.Result(0, 9, 0, List.of(), List.of())))
                .as("the one that was thought dead comes back")
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void addsTheChargesUpByDayPipelineAndTenant(TestDatabase database) {
        Random random = new Random();
        nextDay();
        List<UsageRecord> requests = write(database, random, 0, priceRule(database));
        Reconciliations reconciliations = replica(database);

        ReconciliationRun run = compare(reconciliations);

        BigDecimal charged = requests.stream()
                .map(each -> database.bean(UsageStore.class)
                        .find(each.requestId())
                        .orElseThrow()
                        .charge())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(reconciliations.totals(run.runId())).singleElement().satisfies(total -> {
            assertThat(total.organizationId()).isEqualTo(organization);
            assertThat(total.requests()).isEqualTo(REQUESTS);
            assertThat(total.usage()).isEqualByComparingTo(charged).isPositive();
            assertThat(total.ledger()).isEqualByComparingTo(charged);
        });
    }

    @ParameterizedTest
    @EnumSource
    void namesTheRequestThatWasBookedIntoAMonthWithAStatement(TestDatabase database) {
        Random random = new Random();
        nextDay();
        List<UsageRecord> requests = write(database, random, 0, priceRule(database));
        YearMonth month = YearMonth.from(day.atOffset(ZoneOffset.UTC));
        database.bean(Statements.class).issue(organization, "USD", month, "key_1");
        Reconciliations reconciliations = replica(database);
        ReconciliationRun before = compare(reconciliations);
        database.bean(JdbcClient.class)
                .sql(CHANGES.getLast())
                .param("id", requests.getFirst().requestId())
                .update();

        ReconciliationRun after = compare(reconciliations);

        assertThat(before.differences()).isZero();
        assertThat(reconciliations.findings(after.runId(), 0, 100))
                .extracting(Finding::check, Finding::requestId)
                .containsExactlyInAnyOrder(
                        tuple(Check.LEDGER, requests.getFirst().requestId()),
                        tuple(Check.STATEMENT, requests.getFirst().requestId()));
    }

    @ParameterizedTest
    @EnumSource
    void refusesARangeThatIsEmptyOrTooLong(TestDatabase database) {
        Reconciliations reconciliations = replica(database);

        assertThatThrownBy(() -> reconciliations.request(Instant.EPOCH, Instant.EPOCH, "key_1"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'end_time' must be after 'start_time' and at most 31 days later");
        assertThatThrownBy(
                        () -> reconciliations.request(Instant.EPOCH, Instant.EPOCH.plus(32, ChronoUnit.DAYS), "key_1"))
                .isInstanceOf(RefusedException.class);
    }

    /** Forbidden: books that differ without an alert, or an alert without the run that it names. */
    @ParameterizedTest
    @EnumSource
    void aDifferenceIsToldWithTheRunOnceOrNeitherIsWritten(TestDatabase database) {
        nextDay();
        wrong(database);
        ReconciliationListener alerts = database.bean(ReconciliationListener.class);
        Webhook webhook = database.bean(Webhooks.class)
                .create(null, "operator", "http://127.0.0.1:9/", Set.of(AlertKind.RECONCILIATION_DIFFERENCE))
                .webhook();
        Reconciliations dying = replica(database, finished -> {
            throw new Killed();
        });
        ReconciliationRun asked = dying.request(day, day.plus(1, ChronoUnit.DAYS), "key_1");

        assertThatThrownBy(dying::check).isInstanceOf(Killed.class);

        assertThat(dying.find(asked.runId()).orElseThrow().state()).isEqualTo(State.RUNNING);
        assertThat(dying.findings(asked.runId(), 0, 10)).isEmpty();
        assertThat(alerted(database, webhook, asked)).isEmpty();

        clock.advance(Duration.ofSeconds(121));
        Reconciliations heir = replica(database, alerts);
        heir.check();
        heir.check();
        ReconciliationRun run = heir.find(asked.runId()).orElseThrow();
        database.bean(Webhooks.class).delete(webhook);

        assertThat(run.differences()).isPositive();
        assertThat(alerted(database, webhook, run)).singleElement().satisfies(alert -> {
            assertThat(alert.organizationId()).isNull();
            assertThat(alert.data())
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("reconciliation_id", run.runId(), "differences", Long.toString(run.differences())));
        });
    }

    @ParameterizedTest
    @EnumSource
    void booksThatAgreeAreNotAlerted(TestDatabase database) {
        nextDay();
        write(database, new Random(), 0, priceRule(database));

        ReconciliationRun run = compare(replica(database, database.bean(ReconciliationListener.class)));

        assertThat(run.differences()).isZero();
        assertThat(alerts(database, run.runId())).isEmpty();
    }

    /** A failed alert is no reason to say that the books agree: the run ends as failed, with the reason. */
    @ParameterizedTest
    @EnumSource
    void aRunWhoseAlertCannotBeWrittenIsNotFinished(TestDatabase database) {
        nextDay();
        wrong(database);
        Reconciliations reconciliations = replica(database, finished -> {
            throw new IllegalStateException("no alert today");
        });
        ReconciliationRun asked = reconciliations.request(day, day.plus(1, ChronoUnit.DAYS), "key_1");

        reconciliations.check();

        ReconciliationRun run = reconciliations.find(asked.runId()).orElseThrow();
        assertThat(run.state()).isEqualTo(State.FAILED);
        assertThat(run.failure()).isEqualTo("no alert today");
    }

    @ParameterizedTest
    @EnumSource
    void differencesBehindMoreOpenItemsThanAreKeptAreNamedAndTold(TestDatabase database) {
        nextDay();
        List<UsageRecord> open = new ArrayList<>();
        for (int number = 0; number < Comparison.MAX_FINDINGS; number++) {
            open.add(usage(0, "b-%05d-%s".formatted(number, run), day.plusSeconds(60), null));
        }
        UsageRecord wrong = usage(0, "c-" + run, day.plusSeconds(62), null);
        database.bean(UsageStore.class).recordAll(open);
        database.bean(UsageStore.class).record(wrong);
        database.bean(EvidenceStore.class).recordAll(stages(wrong, 4, new Random(1)));
        database.bean(JdbcClient.class)
                .sql("UPDATE usage_record SET generated_by_choice = '3,9' WHERE request_id = :id")
                .param("id", wrong.requestId())
                .update();
        Reconciliations reconciliations = replica(database, database.bean(ReconciliationListener.class));
        moveTo(day.plusSeconds(60).plus(GRACE).minusSeconds(1));

        ReconciliationRun run = compare(reconciliations);

        assertThat(run.openItems()).isGreaterThanOrEqualTo(Comparison.MAX_FINDINGS);
        assertThat(run.differences()).isPositive();
        assertThat(reconciliations.findings(run.runId(), 0, 100))
                .filteredOn(finding -> !finding.open())
                .hasSize((int) run.differences())
                .allSatisfy(finding -> assertThat(finding.requestId()).isEqualTo(wrong.requestId()));
        assertThat(alerts(database, run.runId())).hasSize(1);
    }

    /** A day whose books differ in one request. */
    private void wrong(TestDatabase database) {
        List<UsageRecord> requests = write(database, new Random(), 0, priceRule(database));
        database.bean(JdbcClient.class)
                .sql(CHANGES.getFirst())
                .param("id", requests.getFirst().requestId())
                .update();
    }

    private static List<Alert> alerts(TestDatabase database, String runId) {
        return database.bean(Alerts.class).list("org_nobody", true, 1_000).stream()
                .filter(alert -> runId.equals(alert.data().get("reconciliation_id")))
                .toList();
    }

    /** What the webhook was sent of the run, or will be. */
    private static List<Alert> alerted(TestDatabase database, Webhook webhook, ReconciliationRun run) {
        return database.bean(Webhooks.class).deliveries(webhook, 100).stream()
                .map(Delivery::alert)
                .filter(alert -> run.runId().equals(alert.data().get("reconciliation_id")))
                .toList();
    }

    /** As the end of the process: nobody catches it. */
    private static final class Killed extends Error {

        private static final long serialVersionUID = 1L;
    }

    private Reconciliations replica(TestDatabase database) {
        return replica(database, told::add);
    }

    private Reconciliations replica(TestDatabase database, ReconciliationListener listener) {
        NamedParameterJdbcOperations operations = database.bean(NamedParameterJdbcOperations.class);
        return new Reconciliations(
                new ReconciliationRows(operations),
                database.bean(UsageStore.class),
                database.bean(EvidenceStore.class),
                new LedgerCharges(operations),
                new StatementCharges(operations),
                new LostEvidence(operations),
                new ReconciliationSettings(GRACE, LocalTime.of(2, 0)),
                database.bean(Transactions.class),
                database.bean(Identifiers.class),
                clock,
                List.of(listener));
    }

    private int checked(TestDatabase database) {
        replica(database).check();
        return 0;
    }

    /** The nights of this test's day that listeners were told of. */
    private List<ReconciliationRun> mine() {
        return told.stream().filter(each -> each.from().equals(day)).toList();
    }

    private ReconciliationRun compare(Reconciliations reconciliations) {
        ReconciliationRun asked = reconciliations.request(day, day.plus(1, ChronoUnit.DAYS), "key_1");
        reconciliations.check();
        ReconciliationRun run = reconciliations.find(asked.runId()).orElseThrow();
        assertThat(run.state()).as(String.valueOf(run.failure())).isEqualTo(State.FINISHED);
        return run;
    }

    /** A day in a month that no other test writes into, and the clock two days later. */
    private void nextDay() {
        day = Instant.parse("1980-01-01T00:00:00Z").plus(40L * DAYS.getAndIncrement(), ChronoUnit.DAYS);
        moveTo(day.plus(2, ChronoUnit.DAYS).plusSeconds(1));
    }

    private void moveTo(Instant instant) {
        clock.advance(Duration.between(clock.instant(), instant));
    }

    private String priceRule(TestDatabase database) {
        return database.bean(Prices.class)
                .create(
                        new NewPrice(
                                "model-" + run,
                                null,
                                new BigDecimal("0.15"),
                                new BigDecimal("0.05"),
                                new BigDecimal("0.6"),
                                new BigDecimal("0.000001"),
                                "USD",
                                null),
                        "key_1")
                .rule()
                .ruleId();
    }

    private List<UsageRecord> write(TestDatabase database, Random random, int round, String rule) {
        List<UsageRecord> requests = new ArrayList<>();
        List<StageEvidence> evidence = new ArrayList<>();
        for (int number = 0; number < REQUESTS; number++) {
            Instant finished = day.plusMillis(random.nextLong(Duration.ofDays(1).toMillis()));
            UsageRecord record = usage(random.nextInt(50), "r%d-%d-%s".formatted(round, number, run), finished, rule);
            requests.add(record);
            evidence.addAll(stages(record, 1 + random.nextInt(7), random));
        }
        database.bean(UsageStore.class).recordAll(requests);
        database.bean(EvidenceStore.class).recordAll(evidence);
        return requests;
    }

    /** A prompt of 20 of which 4 were cached, and two choices of 3 and 5: 16 + 2 + 4 rows. */
    private UsageRecord usage(int discarded, String id, Instant finished, @Nullable String rule) {
        return BookedRequests.record(
                id,
                organization,
                "model-" + run,
                "default",
                20,
                4,
                List.of(3, 5),
                new RowCounts(19, 2, 1, 3, 1, discarded),
                null,
                null,
                rule,
                finished);
    }

    /** What two stages tell, each in one record or in two that add up. */
    private List<StageEvidence> stages(UsageRecord record, int cut, Random random) {
        EvidenceRows rows = EvidenceRows.of(Objects.requireNonNull(record.rows()));
        int first = record.requestId().startsWith("half") ? 3 : cut;
        List<StageEvidence> stages = new ArrayList<>();
        for (StagePart part :
                List.of(new StagePart("default", "m", 0, first, 8), new StagePart("default", "m", first, 8, 8))) {
            String node = "node-" + part.firstLayer();
            EvidenceRows before = new EvidenceRows(random.nextInt(50), 0, 0, -random.nextInt(5), 0, 0);
            EvidenceRows rest = rows.plus(new EvidenceRows(-before.computed(), 0, 0, -before.verifiedAccepted(), 0, 0));
            if (random.nextBoolean()) {
                stages.add(counted(record, Evidences.of(record.requestId(), node, 1, part, rows)));
            } else {
                stages.add(counted(record, Evidences.of(record.requestId(), node, 1, part, before)));
                stages.add(counted(record, Evidences.of(record.requestId(), node, 2, part, rest)));
            }
        }
        return stages;
    }

    private static StageEvidence counted(UsageRecord record, StageEvidence evidence) {
        return new StageEvidence(
                evidence.requestId(),
                evidence.nodeId(),
                evidence.epoch(),
                evidence.sequence(),
                evidence.part(),
                evidence.rows(),
                evidence.cachedTokens(),
                evidence.busyNanos(),
                evidence.bytesReceived(),
                evidence.bytesSent(),
                record.finishedAt());
    }
}
