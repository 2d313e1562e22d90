package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.admission.Admission.Admitted;
import dev.molink.controlplane.admission.Admission.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether who asks again when it was told to is admitted, and was not told to wait longer; time stands until it is moved. */
class RetryAfterTests {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int LEASE = Replicas.PROMPT + 256;

    private final StandingTime time = new StandingTime(Instant.parse("2026-11-21T12:00:10Z"));

    @ParameterizedTest
    @EnumSource
    void requestsPerMinuteComeBackWithTheNextMinuteOnOneReplicaAndOnSeveral(TestDatabase database) throws Exception {
        for (int count : List.of(1, 3)) {
            Replicas tenant = new Replicas(database);
            tenant.hard(LimitMetric.REQUESTS_PER_MINUTE, "7");
            List<Standing> replicas = replicas(tenant, count);
            List<Lease> admitted = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                admitted.add(((Admitted) patiently(replicas, i % count, 16)).lease());
            }
            admitted.forEach(Lease::answered);

            toldTheTruth(replicas, count - 1, 16);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tokensThatWereGeneratedComeBackWithTheNextMinuteOnOneReplicaAndOnSeveral(TestDatabase database)
            throws Exception {
        for (int count : List.of(1, 3)) {
            Replicas tenant = new Replicas(database);
            tenant.hard(LimitMetric.TOKENS_PER_MINUTE, String.valueOf(2 * LEASE + 40));
            List<Standing> replicas = replicas(tenant, count);
            for (int i = 0; i < 2; i++) {
                int at = i % count;
                Lease lease = ((Admitted) patiently(replicas, at, 256)).lease();
                lease.answered();
                tenant.settle(replicas.get(at).replica, lease.requestId(), 256);
            }

            toldTheTruth(replicas, count - 1, 256);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatOnlyRunningRequestsReserveMayComeBackAnyMoment(TestDatabase database) throws Exception {
        for (LimitMetric metric :
                List.of(LimitMetric.TOKENS_PER_MINUTE, LimitMetric.TOKENS_PER_DAY, LimitMetric.BUDGET_PER_MONTH)) {
            Replicas tenant = new Replicas(database);
            tenant.hard(metric, almostTwoLeases(metric));
            Standing replica = time.replica(tenant);
            Lease running = replica.admitted(256).lease();

            Refused whileItRuns = replica.refused(256);
            running.answered();
            tenant.settle(replica.replica, running.requestId(), 5);
            Admitted second = replica.admitted(256);
            second.lease().answered();
            tenant.settle(replica.replica, second.lease().requestId(), 256);
            Refused whenItIsUsed = replica.refused(256);

            assertThat(whileItRuns.retryAfter()).as("%s", metric).isEqualTo(SOON);
            assertThat(whenItIsUsed.retryAfter()).as("%s", metric).isEqualTo(windowsRest(metric));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBudgetThatAnotherReplicaReservesMayComeBackAnyMoment(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.BUDGET_PER_MONTH, Replicas.price(300).toPlainString());
        List<Standing> replicas = replicas(tenant, 2);
        Lease running = ((Admitted) patiently(replicas, 0, 256)).lease();

        Refused refused = (Refused) patiently(replicas, 1, 256);
        running.end();
        time.pass(Objects.requireNonNull(refused.retryAfter()));

        assertThat(refused.retryAfter()).isEqualTo(SOON);
        assertThat(refused.sentence()).contains("reserved by running requests").doesNotContain("used up");
        assertThat(patiently(replicas, 1, 256)).isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @EnumSource
    void requestsOfTheDayThatRunAreAsGoodAsUsed(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.REQUESTS_PER_DAY, "1");
        Standing replica = time.replica(tenant);
        replica.admitted(16);

        assertThat(replica.refused(16).retryAfter()).isEqualTo(windowsRest(LimitMetric.REQUESTS_PER_DAY));
    }

    @ParameterizedTest
    @EnumSource
    void ofSeveralLimitsThatAreReachedTheLongestWaitIsTold(TestDatabase database) throws Exception {
        Replicas tenant = new Replicas(database);
        tenant.hard(LimitMetric.REQUESTS_PER_MINUTE, "1");
        tenant.hard(LimitMetric.REQUESTS_PER_DAY, "1");
        Standing replica = time.replica(tenant);
        replica.admitted(16);

        assertThat(replica.refused(16).retryAfter()).isEqualTo(windowsRest(LimitMetric.REQUESTS_PER_DAY));
    }

    private List<Standing> replicas(Replicas tenant, int count) {
        List<Standing> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(time.replica(tenant));
        }
        return replicas;
    }

    /** Refused until the very moment that it was told, then admitted. */
    private void toldTheTruth(List<Standing> replicas, int at, long tokens) throws Exception {
        Refused refused = (Refused) patiently(replicas, at, tokens);
        Duration told = Objects.requireNonNull(refused.retryAfter());
        Duration early = Duration.ofSeconds(2);
        if (told.compareTo(early) > 0) {
            time.pass(told.minus(early));
        }
        Refused before = (Refused) patiently(replicas, at, tokens);
        time.pass(Objects.requireNonNull(before.retryAfter()));
        assertThat(patiently(replicas, at, tokens)).as("after %s", told).isInstanceOf(Admitted.class);
    }

    /** A second in which all keepers work, as a request waits. */
    private Admission patiently(List<Standing> replicas, int at, long tokens) throws Exception {
        Admission admission = replicas.get(at).admit(tokens);
        for (int round = 0; round < 4 && admission instanceof Refused; round++) {
            time.pass(LimitKeeper.ROUND);
            for (Standing replica : replicas) {
                replica.replica.keeper().work();
            }
            admission = replicas.get(at).admit(tokens);
        }
        return admission;
    }

    private static String almostTwoLeases(LimitMetric metric) {
        return metric.money() ? Replicas.price(500).toPlainString() : String.valueOf(2 * LEASE - 20);
    }

    private Duration windowsRest(LimitMetric metric) {
        return new Windows(java.time.ZoneOffset.UTC)
                .bound(LimitOwner.key("key"), metric, "", time.now())
                .left(time.now());
    }
}
