package dev.molink.gateway.nodes;

/**
 * What heads tell about their pipelines, as gauges. Tag {@code head}: the node id; stages and the links that they send on
 * have tag {@code stage}, too. The link of a stage leads to the next one, that of the last to the head.
 */
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
    /** 1, with tags {@code codec} and {@code policy}: how activations cross the links, and in which order they are sent. */
    WIRE("molink.pipeline.wire"),
    /** Time of a stage without anything to compute ÷ time. */
    BUBBLE_SHARE("molink.stage.bubble.share"),
    /** Seconds for one decode step. */
    DECODE_STEP("molink.stage.decode.step"),
    /** Seconds for one token of a prefill piece. */
    PREFILL_TOKEN("molink.stage.prefill.token"),
    /** Bytes per second. */
    LINK_RATE("molink.link.rate"),
    /** Seconds one way. */
    LINK_DELAY("molink.link.delay"),
    /** Time in which bytes were under way ÷ time. */
    LINK_BUSY_SHARE("molink.link.busy.share"),
    /** Bytes sent since the formation; tag {@code class}: {@code control}, {@code decode} or {@code prefill}. */
    LINK_BYTES("molink.link.bytes"),
    /** Seconds that a decode message waits until its last frame goes out; tag {@code quantile}: 0.5 or 0.99. */
    LINK_DECODE_WAIT("molink.link.decode.wait"),
    /** Frames sent again because they were lost or corrupt, since the formation. */
    LINK_FRAMES_REPEATED("molink.link.frames.repeated"),
    /** Of these, those that arrived with a wrong checksum. */
    LINK_FRAMES_CORRUPT("molink.link.frames.corrupt"),
    /** Frames sent to measure the link while it was idle, since the formation. */
    LINK_PROBES("molink.link.probes");

    private final String metricName;

    EngineMetric(String metricName) {
        this.metricName = metricName;
    }

    String metricName() {
        return metricName;
    }
}
