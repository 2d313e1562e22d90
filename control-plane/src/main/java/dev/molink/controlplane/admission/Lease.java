package dev.molink.controlplane.admission;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a running request holds of its limits and budgets: the prompt and some tokens ahead of those generated. Extended by
 * the thread that answers the client; ended exactly once, by the settlement. Safe for any thread.
 */
public interface Lease {

    String requestId();

    /**
     * Makes the lease cover {@code generatedTokens} and those that come next; cheap while it does already. May wait up to a
     * second for what other replicas return.
     *
     * @param generatedTokens over all choices
     * @return false when a hard budget has not that many left: the request ends here, with {@link #coveredTokens()}
     */
    boolean cover(long generatedTokens);

    /** How many generated tokens, over all choices, the lease covers now; those beyond are neither delivered nor charged. */
    long coveredTokens();

    /** What refused the last {@link #cover}; null while nothing did. */
    @Nullable
    Refusal refusal();

    /** @param sentence for the client */
    record Refusal(Cause cause, String sentence) {}

    /** Why a request ends before its time. */
    enum Cause {
        /** A hard budget, or the prepaid credit, is used up. */
        BUDGET,
        /** The database does not answer, and what may be used without it is used up. */
        DATABASE_UNAVAILABLE,
        /** This gateway stops. */
        STOPPING
    }

    /** When it was admitted, by the database's clock, to the microsecond: in which windows its use counts. */
    Instant admittedAt();

    /**
     * The answer is over, however it ended: its place among the concurrent requests is free. The rest waits for the
     * settlement. Called again, it does nothing.
     */
    void answered();

    /**
     * Gives back everything that is not settled: for a request that reached no pipeline. A settlement does it by itself.
     * Called again, it does nothing.
     */
    void end();
}
