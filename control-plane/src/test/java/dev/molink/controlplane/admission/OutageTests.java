package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.admission.Admission.Admitted;
import dev.molink.controlplane.admission.Admission.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What replicas hold while the database is away and when it is back; time stands until it is moved. */
class OutageTests {

    private static final Duration GRACE = Duration.ofMinutes(1);

    private final StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));

    @ParameterizedTest
    @EnumSource
    void whatWaitsForItsSettlementIsNotSpentAfterALongOutage(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(256).toPlainString());
        Standing replica = time.replica(tenant);
        Lease ended = replica.admitted(256).lease();
        ended.answered();

        away(GRACE.plusSeconds(30), replica);
        work(Duration.ofSeconds(2), replica);

        assertThat(replica.refused(256).reason()).isEqualTo(Reason.BUDGET);
        tenant.settle(replica.replica, ended.requestId(), 256);
        Replicas.Row row = Objects.requireNonNull(tenant.row(LimitMetric.BUDGET_PER_MONTH));
        assertThat(row.settled().add(row.held())).isEqualByComparingTo(Replicas.price(256));
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsInTheJournalIsNotSpentHoweverLongItWaits(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(256).toPlainString());
        Standing replica = time.replica(tenant);
        AtomicBoolean recordsWait = new AtomicBoolean(true);
        replica.replica.leases().settleAfter(recordsWait::get);
        Lease ended = replica.admitted(256).lease();
        ended.answered();

        work(GRACE.multipliedBy(2), replica);
        Reason whileItWaits = replica.refused(256).reason();
        recordsWait.set(false);
        work(GRACE.minusSeconds(1), replica);
        Reason withinTheGrace = replica.refused(256).reason();
        work(Duration.ofSeconds(3), replica);

        assertThat(List.of(whileItWaits, withinTheGrace)).containsOnly(Reason.BUDGET);
        assertThat(replica.admitted(256)).isNotNull();
    }

    /** Forbidden: the first that finds the database again returns what living replicas hold. */
    @ParameterizedTest
    @EnumSource
    void theFirstThatFindsTheDatabaseAgainLetsTheOthersRenew(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(256).toPlainString());
        Standing holder = time.replica(tenant);
        Standing first = time.replica(tenant);
        Lease lease = holder.admitted(256).lease();

        away(Duration.ofSeconds(15), holder, first);
        holder.store.away = true;
        work(Duration.ofSeconds(8), first);

        assertThat(first.refused(256).reason()).isEqualTo(Reason.BUDGET);
        holder.store.away = false;
        work(Duration.ofSeconds(2), holder, first);
        tenant.settle(holder.replica, lease.requestId(), 256);
        Replicas.Row row = Objects.requireNonNull(tenant.row(LimitMetric.BUDGET_PER_MONTH));
        assertThat(row.settled().add(row.held())).isEqualByComparingTo(Replicas.price(256));
    }

    /** A database that stands still fails nobody, but nobody renews either. */
    @ParameterizedTest
    @EnumSource
    void aDatabaseThatStoodStillProvesNothingAboutTheOthers(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(256).toPlainString());
        Standing holder = time.replica(tenant);
        Standing first = time.replica(tenant);
        assertThat(holder.admitted(256)).isNotNull();
        work(Duration.ofSeconds(2), holder, first);

        time.pass(Duration.ofSeconds(15));
        work(Duration.ofSeconds(8), first);

        assertThat(first.refused(256).reason()).isEqualTo(Reason.BUDGET);
    }

    @ParameterizedTest
    @EnumSource
    void whoStaysAwayAfterAnOutageIsGoneAfterItsLease(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(256).toPlainString());
        Standing dead = time.replica(tenant);
        Standing other = time.replica(tenant);
        assertThat(dead.admitted(256)).isNotNull();

        away(Duration.ofSeconds(15), other);
        work(Duration.ofSeconds(13), other);

        assertThat(other.admit(256)).isInstanceOf(Admitted.class);
        assertThat(Objects.requireNonNull(tenant.row(LimitMetric.BUDGET_PER_MONTH))
                        .settled())
                .isEqualByComparingTo(BigDecimal.ZERO);
    }

    private void away(Duration outage, Standing... replicas) {
        for (Standing replica : replicas) {
            replica.store.away = true;
        }
        work(outage, replicas);
        for (Standing replica : replicas) {
            replica.store.away = false;
        }
    }

    private void work(Duration duration, Standing... replicas) {
        for (long second = 0; second < duration.toSeconds(); second++) {
            time.pass(Duration.ofSeconds(1));
            for (Standing replica : replicas) {
                replica.replica.keeper().work();
            }
        }
    }
}
