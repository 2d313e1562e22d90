package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.admission.Admission.Admitted;
import dev.molink.controlplane.admission.Admission.Refused;
import java.time.Duration;

/** A replica whose keeper works only when it is asked to. */
final class Standing {

    private static final int ROUNDS = 4;

    final LimitReplica replica;
    final StandingStore store;
    private final StandingTime time;
    private final Replicas tenant;

    Standing(StandingTime time, Replicas tenant, LimitReplica replica, StandingStore store) {
        this.time = time;
        this.tenant = tenant;
        this.replica = replica;
        this.store = store;
    }

    /** Asks, lets the keeper answer what lacks, and asks again, as a waiting request does. */
    Admission admit(long maxGeneratedTokens) throws InterruptedException {
        Admission admission = replica.admissions().admit(tenant.request(maxGeneratedTokens));
        for (int round = 0; round < ROUNDS && admission instanceof Refused; round++) {
            replica.keeper().work();
            admission = replica.admissions().admit(tenant.request(maxGeneratedTokens));
        }
        return admission;
    }

    Admitted admitted(long maxGeneratedTokens) throws InterruptedException {
        Admission admission = admit(maxGeneratedTokens);
        assertThat(admission).isInstanceOf(Admitted.class);
        return (Admitted) admission;
    }

    Refused refused(long maxGeneratedTokens) throws InterruptedException {
        Admission admission = admit(maxGeneratedTokens);
        assertThat(admission).isInstanceOf(Refused.class);
        return (Refused) admission;
    }

    boolean covers(Lease lease, long generatedTokens) {
        boolean covered = lease.cover(generatedTokens);
        for (int round = 0; round < ROUNDS && !covered; round++) {
            replica.keeper().work();
            covered = lease.cover(generatedTokens);
        }
        return covered;
    }

    Admission admissionAfterItsLease(long maxGeneratedTokens) throws InterruptedException {
        return replica.admissions().admit(tenant.request(maxGeneratedTokens));
    }

    /** The keeper's next round. */
    void poll() {
        time.pass(LimitKeeper.ROUND.plus(Duration.ofMillis(1)));
        replica.keeper().work();
    }
}
