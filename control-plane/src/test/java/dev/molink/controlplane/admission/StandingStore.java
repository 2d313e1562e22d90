package dev.molink.controlplane.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.transaction.CannotCreateTransactionException;

/** The database with a standing time, counted calls, and a switch that makes it unreachable. */
final class StandingStore implements BoundStore {

    boolean away;
    int calls;
    private final BoundStore real;
    private final StandingTime time;

    StandingStore(BoundStore real, StandingTime time) {
        this.real = real;
        this.time = time;
    }

    private void call() {
        calls++;
        if (away) {
            throw new CannotCreateTransactionException("the database is away");
        }
    }

    @Override
    public Instant time() {
        call();
        return time.now();
    }

    @Override
    public boolean renew(String gatewayId, Instant expiresAt) {
        call();
        return real.renew(gatewayId, expiresAt);
    }

    @Override
    public Map<String, Instant> holders() {
        call();
        return real.holders();
    }

    @Override
    public void sweep(String deadGatewayId, Instant expiresAt) {
        call();
        real.sweep(deadGatewayId, expiresAt);
    }

    @Override
    public void forgetObsolete(Instant now) {
        // other tests' rows are of other times
    }

    @Override
    public List<Granted> exchange(String gatewayId, int gateways, Instant now, List<Asked> asked) {
        call();
        return real.exchange(gatewayId, gateways, now, asked);
    }

    @Override
    public Set<String> wanted(String gatewayId, Instant now, Duration lately) {
        call();
        return real.wanted(gatewayId, now, lately);
    }
}
