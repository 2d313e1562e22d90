package dev.molink.controlplane.admission;

/**
 * What a running request holds of its limits and budgets: the prompt and some tokens ahead of those generated. Extended by
 * the thread that answers the client; ended exactly once, by the settlement. Safe for any thread.
 */
public interface Lease {

    String requestId();

    /**
     * Makes the lease cover {@code generatedTokens} and those that come next; cheap while it does already.
     *
     * @return false when a hard budget is used up: the request ends here, with what it has
     */
    boolean cover(long generatedTokens);

    /** The most generated tokens that the lease may ever cover, over all choices; the head is told this bound. */
    long coveredTokens();

    /** Which bound refused the last {@link #cover}, as a sentence for the client; empty while none did. */
    String refusal();

    /** Gives back what is not used. Called again, it does nothing. Settled amounts were taken in the settlement's transaction. */
    void end();
}
