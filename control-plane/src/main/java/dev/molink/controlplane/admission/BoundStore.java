package dev.molink.controlplane.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The bounds and shares that all gateways see. */
interface BoundStore {

    /** The database's own time. */
    Instant time();

    /**
     * Prolongs the lease under which the gateway holds its shares, or begins one. Others take it for dead when its row has
     * not changed for a whole lease by their own clocks, so a jump of the database's clock kills nobody.
     *
     * @return false when it had none: what it held was returned by others
     */
    boolean renew(String gatewayId, Instant expiresAt);

    /** The gateways that hold shares, each with the end of its lease as its row says. */
    Map<String, Instant> holders();

    /** Returns what a dead gateway held; nothing when its lease does not end at {@code expiresAt} any more. */
    void sweep(String deadGatewayId, Instant expiresAt);

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
