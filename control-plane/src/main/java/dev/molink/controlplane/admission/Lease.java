package dev.molink.controlplane.admission;

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
     * @return false when a hard budget is used up before that many: the request ends here, with {@link #coveredTokens()}
     */
    boolean cover(long generatedTokens);

    /** How many generated tokens, over all choices, the lease covers now; those beyond are neither delivered nor charged. */
    long coveredTokens();

    /** Which bound refused the last {@link #cover}, as a sentence for the client; empty while none did. */
    String refusal();

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
