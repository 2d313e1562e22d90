package dev.molink.controlplane.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The bounds and shares that all gateways see. */
interface BoundStore {

    /** The database's own time. */
    Instant time();

    /**
     * Prolongs the lease under which the gateway holds its shares, or begins one.
     *
     * @return false when it had none: what it held was returned by others
     */
    boolean renew(String gatewayId, Instant expiresAt);

    Holders holders(Instant now);

    /** @param live gateways whose lease holds at the asked time, {@code dead} those whose lease is over */
    record Holders(int live, List<String> dead) {

        public Holders {
            dead = List.copyOf(dead);
        }
    }

    /** Returns what a dead gateway held; nothing when it lives again. */
    void sweep(String deadGatewayId, Instant now);

    /** Removes the rows of windows that are long over. */
    void forgetObsolete(Instant now);

    /**
     * Returns and takes, all or nothing.
     *
     * @param gateways how many share what is left
     * @return one for each that is asked, in order
     * @throws LostSharesException when the gateway holds nothing any more
     */
    List<Granted> exchange(String gatewayId, int gateways, Instant now, List<Asked> asked);

    /** Ids of bounds of which the gateway holds something returnable, and of which somebody found too little. */
    Set<String> wanted(String gatewayId, Instant now, Duration lately);
}
