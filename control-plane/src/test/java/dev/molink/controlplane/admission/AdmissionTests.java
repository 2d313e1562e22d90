package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.admission.Admission.Admitted;
import dev.molink.controlplane.admission.Admission.Reason;
import dev.molink.controlplane.admission.Admission.Refused;
import dev.molink.controlplane.admission.RateLimitState.Window;
import dev.molink.controlplane.admission.UsageLimit.Mode;
import dev.molink.controlplane.ledger.Ledger;
import dev.molink.controlplane.ledger.MoneyMove;
import dev.molink.controlplane.ledger.Terms;
import dev.molink.controlplane.usage.SettledUsage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What requests are admitted, and what they leave behind, on every database; time stands until it is moved. */
class AdmissionTests {

    private static final int RESERVED = Replicas.PROMPT + 256;

    @ParameterizedTest
    @EnumSource
    void admitsExactlyTheLimitInAWindowAndAgainWhenTheNextBegins(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.REQUESTS_PER_MINUTE, "3");
        Standing replica = time.replica(tenant);

        for (int i = 0; i < 3; i++) {
            Admitted admitted = replica.admitted(16);
            assertThat(admitted.limits().requests()).isEqualTo(new Window(3, 2 - i, Duration.ofSeconds(50)));
        }
        Refused refused = replica.refused(16);

        assertThat(refused.reason()).isEqualTo(Reason.REQUESTS_PER_MINUTE);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(50));
        time.pass(Duration.ofSeconds(50).minusNanos(1));
        assertThat(replica.refused(16).retryAfter()).isEqualTo(Duration.ofNanos(1));
        time.pass(Duration.ofNanos(1));
        assertThat(replica.admitted(16).limits().requests()).isEqualTo(new Window(3, 2, Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @EnumSource
    void tokensThatWereReservedButNotGeneratedAreFreeAgainInTheSameWindow(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.TOKENS_PER_MINUTE, String.valueOf(RESERVED + 40));
        Standing replica = time.replica(tenant);
        Lease first = replica.admitted(1_000).lease();
        assertThat(replica.refused(1_000).reason()).isEqualTo(Reason.TOKENS_PER_MINUTE);

        first.answered();
        tenant.settle(replica.replica, first.requestId(), 5);

        assertThat(replica.admitted(1_000).limits().tokens())
                .isEqualTo(new Window(RESERVED + 40, 25, Duration.ofSeconds(50)));
    }

    @ParameterizedTest
    @EnumSource
    void aRequestLargerThanTheWholeLimitIsToldThatWaitingDoesNotHelp(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.TOKENS_PER_DAY, "20");
        Standing replica = time.replica(tenant);

        Refused refused = replica.refused(1_000);

        assertThat(refused.retryAfter()).isNull();
        assertThat(refused.sentence()).contains("tokens per day", "limit 20", "larger than the whole limit");
        assertThat(replica.admitted(5)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsCoveredToTheLastTokenOfAHardBudget(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(300).toPlainString());
        Standing replica = time.replica(tenant);

        Lease lease = replica.admitted(5_000).lease();
        boolean first = lease.cover(100);
        boolean ahead = replica.covers(lease, 300);
        boolean beyond = replica.covers(lease, 301);

        assertThat(first).isTrue();
        assertThat(ahead).isTrue();
        assertThat(beyond).isFalse();
        assertThat(lease.coveredTokens()).isEqualTo(300);
        Lease.Refusal refusal = Objects.requireNonNull(lease.refusal());
        assertThat(refusal.cause()).isEqualTo(Lease.Cause.BUDGET);
        assertThat(refusal.sentence()).contains("budget of project '" + tenant.project.projectId() + "'");
        lease.answered();
        tenant.settle(replica.replica, lease.requestId(), 300);
        Replicas.Row row = Objects.requireNonNull(tenant.row(LimitMetric.BUDGET_PER_MONTH));
        assertThat(row.settled()).isEqualByComparingTo(Replicas.price(300));
        assertThat(row.held()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(replica.refused(1).reason()).isEqualTo(Reason.BUDGET);
    }

    @ParameterizedTest
    @EnumSource
    void aBudgetCountsWhatWasSpentBeforeItWasSet(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(database.clock().instant());
        Replicas tenant = new Replicas(database);
        Standing replica = time.replica(tenant);
        Lease unlimited = replica.admitted(5_000).lease();
        tenant.settle(replica.replica, unlimited.requestId(), 1_000);

        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(1_000).toPlainString());
        replica.poll();

        assertThat(replica.refused(1).reason()).isEqualTo(Reason.BUDGET);
    }

    @ParameterizedTest
    @EnumSource
    void aSoftBudgetTellsEachThresholdOnceAndAShadowNone(TestDatabase database) throws Exception {
        for (Mode mode : List.of(Mode.SOFT, Mode.SHADOW)) {
            StandingTime time = new StandingTime(database.clock().instant());
            Replicas tenant = new Replicas(database);
            tenant.limit(LimitMetric.BUDGET_PER_MONTH, Replicas.price(1_000).toPlainString(), mode);
            Standing replica = time.replica(tenant);

            for (long tokens : List.of(700L, 150L, 10L, 900L, 900L)) {
                tenant.settle(replica.replica, replica.admitted(5_000).lease().requestId(), tokens);
            }

            assertThat(time.told)
                    .extracting(BudgetEvents.Crossing::thresholdPercent)
                    .isEqualTo(mode == Mode.SOFT ? List.of(80, 100) : List.of());
            assertThat(tenant.crossings()).containsExactly(80, 100);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatADeadReplicaHeldReturnsAfterItsLease(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(256).toPlainString());
        Standing dead = time.replica(tenant);
        Standing other = time.replica(tenant);
        Lease orphan = dead.admitted(256).lease();
        assertThat(other.refused(256).reason()).isEqualTo(Reason.BUDGET);

        for (int second = 0; second < 12; second++) {
            time.pass(Duration.ofSeconds(1));
            other.replica.keeper().work();
        }

        assertThat(other.admitted(256)).isNotNull();
        assertThat(dead.admissionAfterItsLease(256)).isInstanceOf(Refused.class);
        tenant.settle(other.replica, orphan.requestId(), 100);
        assertThat(Objects.requireNonNull(tenant.row(LimitMetric.BUDGET_PER_MONTH))
                        .settled())
                .isEqualByComparingTo(Replicas.price(100));
    }

    @ParameterizedTest
    @EnumSource
    void idleSharesReturnWithinASecondWhenAnotherReplicaNeedsThem(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.TOKENS_PER_DAY, String.valueOf(4 * RESERVED));
        Standing busy = time.replica(tenant);
        Standing other = time.replica(tenant);
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            leases.add(busy.admitted(256).lease());
        }
        leases.forEach(lease -> tenant.settle(busy.replica, lease.requestId(), 0));

        Admission admission = other.admit(4 * 256);
        int rounds = 0;
        while (!(admission instanceof Admitted) && rounds++ < 4) {
            time.pass(Duration.ofMillis(250));
            busy.replica.keeper().work();
            other.replica.keeper().work();
            admission = other.replica.admissions().admit(tenant.request(256));
        }

        assertThat(admission).isInstanceOf(Admitted.class);
        assertThat(rounds).isLessThanOrEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void asksTheDatabaseNothingWhileItsSharesLast(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.TOKENS_PER_DAY, "100000000");
        tenant.hard(LimitMetric.CONCURRENT_REQUESTS, "1000");
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, "1000");
        Standing replica = time.replica(tenant);
        for (int round = 0; round < 12; round++) {
            for (int i = 0; i < 40; i++) {
                replica.admitted(256).lease().end();
            }
            time.pass(Duration.ofMillis(250));
            replica.replica.keeper().work();
        }
        int before = replica.store.calls;

        for (int i = 0; i < 40; i++) {
            Lease lease = ((Admitted) replica.replica.admissions().admit(tenant.request(256))).lease();
            assertThat(lease.cover(200)).isTrue();
            lease.answered();
            lease.end();
        }

        assertThat(replica.store.calls).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void goesOnFromSharesAndAnAllowanceWhileTheDatabaseIsAway(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.REQUESTS_PER_DAY, "100");
        Standing replica = time.replica(tenant);
        replica.admitted(16);
        replica.store.away = true;
        replica.poll();

        int atOnce = admittedWhileAway(replica, tenant);
        time.pass(Duration.ofSeconds(10));
        int later = admittedWhileAway(replica, tenant);

        assertThat(atOnce)
                .as("what was left of the share, and two hundredths of the limit")
                .isBetween(2, 5);
        assertThat(later).as("the allowance is one for the whole outage").isZero();
        replica.store.away = false;
        replica.poll();
        assertThat(replica.admitted(16)).isNotNull();
        Replicas.Row row = Objects.requireNonNull(tenant.row(LimitMetric.REQUESTS_PER_DAY));
        assertThat(row.held()).isGreaterThanOrEqualTo(BigDecimal.valueOf(atOnce + 2L));
    }

    /** The others could use up the rest before they notice that they cannot ask either. */
    @ParameterizedTest
    @EnumSource
    void usesTheAllowanceNearTheBoundOnlyWhenItsLeaseIsOver(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.REQUESTS_PER_DAY, "100");
        Standing replica = time.replica(tenant);
        for (int i = 0; i < 90; i++) {
            replica.admitted(16);
        }
        replica.store.away = true;
        replica.poll();

        int fromTheShare = admittedWhileAway(replica, tenant);
        time.pass(Duration.ofSeconds(10));
        int fromTheAllowance = admittedWhileAway(replica, tenant);

        assertThat(fromTheShare).as("what was left of the share").isBetween(0, 5);
        assertThat(fromTheAllowance).as("two hundredths of the limit").isEqualTo(2);
    }

    private static int admittedWhileAway(Standing replica, Replicas tenant) throws InterruptedException {
        int admitted = 0;
        Admission last = replica.replica.admissions().admit(tenant.request(16));
        while (last instanceof Admitted) {
            admitted++;
            replica.replica.keeper().work();
            last = replica.replica.admissions().admit(tenant.request(16));
        }
        assertThat(((Refused) last).reason()).isEqualTo(Reason.UNAVAILABLE);
        return admitted;
    }

    /** One call that fails, as on a machine that is very busy, lets nobody pass a budget that is nearly used up. */
    @ParameterizedTest
    @EnumSource
    void goesNoFurtherThanItsShareBeforeItsLeaseIsOver(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(256).toPlainString());
        Standing replica = time.replica(tenant);
        replica.admitted(256);
        replica.store.away = true;

        for (int second = 0; second < 9; second++) {
            time.pass(Duration.ofSeconds(1));
            replica.replica.keeper().work();
            assertThat(replica.refused(1).reason()).isEqualTo(Reason.UNAVAILABLE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChangedLimitHoldsWithThePoll(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        UsageLimit limit = tenant.hard(LimitMetric.REQUESTS_PER_DAY, "1000");
        Standing replica = time.replica(tenant);
        replica.admitted(16);

        tenant.hard(LimitMetric.REQUESTS_PER_DAY, "1");
        replica.poll();
        Refused refused = replica.refused(16);
        database.bean(UsageLimits.class).remove(limit.limitId());
        replica.poll();

        assertThat(refused.reason()).isEqualTo(Reason.REQUESTS_PER_DAY);
        assertThat(replica.admitted(16).limits()).isEqualTo(RateLimitState.UNLIMITED);
    }

    @ParameterizedTest
    @EnumSource
    void aPlaceAmongTheConcurrentIsFreeWhenTheAnswerIsOver(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.CONCURRENT_REQUESTS, "1");
        Standing replica = time.replica(tenant);
        Lease first = replica.admitted(16).lease();
        Refused refused = replica.refused(16);

        first.answered();
        first.answered();

        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        Lease second = replica.admitted(16).lease();
        assertThat(replica.refused(16).reason()).isEqualTo(Reason.CONCURRENT_REQUESTS);
        second.end();
        second.end();
        assertThat(replica.admitted(16)).isNotNull();
        assertThat(replica.refused(16).reason()).isEqualTo(Reason.CONCURRENT_REQUESTS);
    }

    @ParameterizedTest
    @EnumSource
    void aWalletBoundsWhatItsOrganizationReserves(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(database.clock().instant());
        Replicas tenant = new Replicas(database);
        Ledger ledger = database.bean(Ledger.class);
        ledger.setTerms(tenant.project.organizationId(), "USD", Terms.PREPAID);
        BigDecimal paid = Replicas.price(300).setScale(12, RoundingMode.UP);
        ledger.topUp(new MoneyMove(tenant.project.organizationId(), "USD", paid, "", "test", null));
        Standing replica = time.replica(tenant);
        Lease first = replica.admitted(256).lease();

        Refused refused = replica.refused(256);

        assertThat(refused.reason()).isEqualTo(Reason.WALLET);
        assertThat(refused.retryAfter()).as("the first may leave enough").isEqualTo(Duration.ofSeconds(1));
        assertThat(refused.sentence()).contains("prepaid credit of organization", "reserved by running requests");
        ledger.topUp(new MoneyMove(tenant.project.organizationId(), "USD", paid, "", "test", null));
        replica.poll();
        assertThat(replica.admitted(256)).isNotNull();
        assertThat(replica.refused(256).reason()).isEqualTo(Reason.WALLET);
        first.end();
        assertThat(replica.admitted(256)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void theHeadsCountReplacesThatOfTheGateway(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(database.clock().instant());
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, "1");
        Standing replica = time.replica(tenant);
        String requestId = replica.admitted(256).lease().requestId();
        SettledUsage seen =
                new SettledUsage(tenant.record(requestId, 20, database.clock().instant()), null);
        tenant.settle(replica.replica, seen);

        tenant.settle(
                replica.replica,
                new SettledUsage(tenant.record(requestId, 70, database.clock().instant()), seen.record()));

        assertThat(Objects.requireNonNull(tenant.row(LimitMetric.BUDGET_PER_MONTH))
                        .settled())
                .isEqualByComparingTo(Replicas.price(70));
        assertThat(replica.replica.leases().count()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aSettlementThatIsRolledBackChangesNothing(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(database.clock().instant());
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, "1");
        Standing replica = time.replica(tenant);
        String requestId = replica.admitted(256).lease().requestId();
        Replicas.Row before = tenant.row(LimitMetric.BUDGET_PER_MONTH);

        tenant.settleInVain(replica.replica, requestId, 70);

        assertThat(tenant.row(LimitMetric.BUDGET_PER_MONTH)).isEqualTo(before);
        assertThat(replica.replica.leases().count()).isEqualTo(1);
    }

    /** Forbidden: an amount that is counted in one month and taken back in the other. */
    @ParameterizedTest
    @EnumSource
    void theHeadsCountReplacesThatOfTheGatewayInTheMonthOfTheAdmission(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-30T23:59:59.500Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, "1");
        Standing replica = time.replica(tenant);
        Lease lease = replica.admitted(256).lease();
        SettledUsage seen = new SettledUsage(tenant.record(lease.requestId(), 20, lease.admittedAt()), null);
        tenant.settle(replica.replica, seen);
        Instant byTheHeadsClock = Instant.parse("2026-12-01T00:00:00.250Z");

        tenant.settle(
                replica.replica,
                new SettledUsage(tenant.record(lease.requestId(), 70, byTheHeadsClock), seen.record()));

        List<Replicas.Row> months = tenant.rows(LimitMetric.BUDGET_PER_MONTH);
        assertThat(months).hasSize(1);
        assertThat(months.getFirst().settled()).isEqualByComparingTo(Replicas.price(70));
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatEndsBecauseTheDatabaseIsAwaySaysSo(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(2_000).toPlainString());
        Standing replica = time.replica(tenant);
        Lease lease = replica.admitted(5_000).lease();
        replica.store.away = true;
        replica.poll();

        boolean covered = replica.covers(lease, 2_000);

        assertThat(covered).isFalse();
        assertThat(lease.coveredTokens()).isLessThan(2_000);
        Lease.Refusal refusal = Objects.requireNonNull(lease.refusal());
        assertThat(refusal.cause()).isEqualTo(Lease.Cause.DATABASE_UNAVAILABLE);
        assertThat(refusal.sentence()).contains("the database does not answer").doesNotContain("is used up: ");
    }

    /** The database answers: a request that may not wait is no matter of it. */
    @ParameterizedTest
    @EnumSource
    void whoMayNotWaitBecauseManyDoIsRefusedByTheLimit(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.REQUESTS_PER_DAY, "100");
        LimitReplica replica = tenant.replica(
                Replicas.settings(Duration.ofSeconds(5), BigDecimal.ZERO, 0),
                System::nanoTime,
                tenant.store(),
                List.of());
        replica.keeper().work();

        Refused refused = (Refused) replica.admissions().admit(tenant.request(16));
        replica.keeper().work();

        assertThat(refused.reason()).isEqualTo(Reason.REQUESTS_PER_DAY);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(replica.admissions().admit(tenant.request(16))).isInstanceOf(Admitted.class);
    }

    /** Forbidden: a stream near the bound that asks for several leases' worth. */
    @ParameterizedTest
    @EnumSource
    void aStreamAsksForOneLeaseHoweverOftenItLooks(TestDatabase database) throws Exception {
        StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, "1");
        Standing replica = time.replica(tenant);
        Lease lease = replica.admitted(5_000).lease();

        for (int generated = 150; generated < 170; generated++) {
            assertThat(lease.cover(generated)).isTrue();
        }
        replica.replica.keeper().work();

        Replicas.Row row = Objects.requireNonNull(tenant.row(LimitMetric.BUDGET_PER_MONTH));
        assertThat(row.held()).isLessThanOrEqualTo(Replicas.price(2 * 256));
    }
}
