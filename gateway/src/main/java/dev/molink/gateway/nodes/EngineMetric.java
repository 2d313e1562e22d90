package dev.molink.gateway.nodes;

/** What heads tell about their pipelines, as gauges. Tag {@code head}: the node id; stages have tag {@code stage}, too. */
enum EngineMetric {
    /** Decode steps in flight that the batching policy wants. */
    DECODE_GROUPS("molink.pipeline.decode.groups"),
    /** Tokens of a prefill piece. */
    PREFILL_PIECE("molink.pipeline.prefill.piece.tokens"),
    /** KV blocks that only the prefix cache holds. */
    KV_BLOCKS_CACHED("molink.pipeline.kv.blocks.cached"),
    /** Prompt ids of admitted sequences, since the formation. */
    PROMPT_TOKENS("molink.pipeline.prompt.tokens"),
    /** Those found in the prefix cache. */
    CACHED_PROMPT_TOKENS("molink.pipeline.prompt.tokens.cached"),
    /** Sequences that lost their blocks to others, since the formation. */
    PREEMPTIONS("molink.pipeline.preemptions"),
    DRAFTS_PROPOSED("molink.pipeline.drafts.proposed"),
    DRAFTS_ACCEPTED("molink.pipeline.drafts.accepted"),
    STEPS("molink.pipeline.steps"),
    /** Time of a stage without anything to compute ÷ time. */
    BUBBLE_SHARE("molink.stage.bubble.share"),
    /** Seconds for one decode step. */
    DECODE_STEP("molink.stage.decode.step"),
    /** Seconds for one token of a prefill piece. */
    PREFILL_TOKEN("molink.stage.prefill.token"),
    /** Bytes per second towards the next stage. */
    LINK_RATE("molink.link.rate"),
    /** Seconds one way towards the next stage. */
    LINK_DELAY("molink.link.delay");

    private final String metricName;

    EngineMetric(String metricName) {
        this.metricName = metricName;
    }

    String metricName() {
        return metricName;
    }
}
