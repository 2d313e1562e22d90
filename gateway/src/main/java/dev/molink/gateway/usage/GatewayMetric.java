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
    REQUESTS("molink.gateway.requests");

    private final String metricName;

    GatewayMetric(String metricName) {
        this.metricName = metricName;
    }

    public String metricName() {
        return metricName;
    }
}
