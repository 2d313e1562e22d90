package dev.molink.gateway.usage;

/** Every metric that the gateway adds to the framework's. Times are in seconds; tags have few values. */
public enum GatewayMetric {
    /** From the arrival at the head to the end, per request. Tags {@code model}, {@code endpoint}, {@code outcome}. */
    REQUEST_DURATION("gen_ai.server.request.duration"),
    /** From the arrival at the head to the first id. Tag {@code model}. */
    TIME_TO_FIRST_TOKEN("gen_ai.server.time_to_first_token"),
    /** Mean time per id after the first, of requests with one choice. Tag {@code model}. */
    TIME_PER_OUTPUT_TOKEN("gen_ai.server.time_per_output_token"),
    /** Ids read and written. Tags {@code model} and {@code gen_ai.token.type}: {@code input}, {@code output}. */
    TOKENS("gen_ai.server.tokens"),
    /** Requests by {@code model}, {@code endpoint} and {@code outcome}: a finish reason, {@code cancelled}, {@code failed}. */
    REQUESTS("molink.gateway.requests"),
    /** Requests under way, those of an earlier process that nobody has recorded yet included. */
    REQUESTS_UNDER_WAY("molink.gateway.requests.under_way"),
    /** Usage records in the local journal, which the database has not taken yet. */
    JOURNAL_RECORDS("molink.gateway.journal.records"),
    /** Bytes of the local journal. */
    JOURNAL_BYTES("molink.gateway.journal.bytes"),
    /** Damaged places that the local journal had at the start; what stood there is lost. */
    JOURNAL_DAMAGES("molink.gateway.journal.damages"),
    /** Usage records that the database refused for good; they lie beside the journal. Must be 0. */
    JOURNAL_REFUSED("molink.gateway.journal.refused"),
    /** Evidence of stages that the database refused for good; it lies beside the journal. Must be 0. */
    EVIDENCE_REFUSED("molink.gateway.evidence.refused"),
    /** What the newest comparisons of stages, usage, ledger and statements left unexplained. Must be 0. */
    RECONCILIATION_DIFFERENCE("molink.reconciliation.difference");

    private final String metricName;

    GatewayMetric(String metricName) {
        this.metricName = metricName;
    }

    public String metricName() {
        return metricName;
    }
}
