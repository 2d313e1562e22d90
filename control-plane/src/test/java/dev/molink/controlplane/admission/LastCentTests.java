package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.admission.Admission.Admitted;
import dev.molink.controlplane.admission.Admission.Reason;
import dev.molink.controlplane.admission.Admission.Refused;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many requests on several replicas want the last of a budget at the same time. */
class LastCentTests {

    private static final int REQUESTS = 64;
    private static final int REPLICAS = 3;
    private static final long TOKENS = 256;

    /** Forbidden: spending more than the budget; refusing while a whole lease is left; a share that nobody returns. */
    @ParameterizedTest
    @EnumSource
    void parallelRequestsNeverOvershootAndLeaveLessThanOneLease(TestDatabase database) throws Exception {
        for (String leases : List.of("10.5", "1", "0.99", "40.25")) {
            Replicas replicas = new Replicas(database);
            BigDecimal lease = Replicas.price(TOKENS);
            BigDecimal budget = lease.multiply(new BigDecimal(leases)).setScale(12, java.math.RoundingMode.DOWN);
            replicas.hard(LimitMetric.BUDGET_PER_MONTH, budget.toPlainString());
            List<LimitReplica> running = new ArrayList<>();
            for (int i = 0; i < REPLICAS; i++) {
                running.add(replicas.replica().start(() -> false));
            }

            List<Boolean> admitted = InParallel.run(REQUESTS, number -> {
                LimitReplica replica = running.get(number % REPLICAS);
                Admission admission = replica.admissions().admit(replicas.request(TOKENS));
                if (admission instanceof Admitted(Lease held, RateLimitState _)) {
                    held.answered();
                    // one writer a replica, as the journal's
                    synchronized (replica) {
                        replicas.settle(replica, held.requestId(), TOKENS);
                    }
                    return true;
                }
                assertThat(((Refused) admission).reason()).isEqualTo(Reason.BUDGET);
                return false;
            });

            long count = admitted.stream().filter(each -> each).count();
            Replicas.Row row = Objects.requireNonNull(replicas.row(LimitMetric.BUDGET_PER_MONTH));
            assertThat(row.settled())
                    .as("%s leases", leases)
                    .isEqualByComparingTo(lease.multiply(new BigDecimal(count)));
            assertThat(row.settled()).isLessThanOrEqualTo(budget);
            assertThat(budget.subtract(row.settled()))
                    .as("unspent of %s leases", leases)
                    .isLessThan(lease);
            assertThat(row.held()).isEqualByComparingTo(row.shares());
            running.forEach(LimitReplica::close);
            assertThat(Objects.requireNonNull(replicas.row(LimitMetric.BUDGET_PER_MONTH))
                            .held())
                    .isEqualByComparingTo(BigDecimal.ZERO);
        }
    }
}
