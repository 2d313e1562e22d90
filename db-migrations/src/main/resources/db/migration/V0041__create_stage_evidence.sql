-- What stages counted for requests, as their own journals say. The rows of a request and node add up. Rows move from one cause
-- to another when it turns out what they were good for, so single numbers may be negative. No foreign keys, as for
-- usage_record: evidence often comes before the record of its request, and must never be refused.
CREATE TABLE stage_evidence (
    -- empty: of requests that the stage could not tell apart
    request_id             VARCHAR(80)              NOT NULL,
    node_id                VARCHAR(80)              NOT NULL,
    epoch                  BIGINT                   NOT NULL,
    -- rises with each record of the node
    record_sequence        BIGINT                   NOT NULL,
    pipeline               VARCHAR(200)             NOT NULL,
    model                  VARCHAR(200)             NOT NULL,
    -- half-open: first_layer … end_layer − 1; the last stage is the one whose end_layer is model_layers
    first_layer            INTEGER                  NOT NULL,
    end_layer              INTEGER                  NOT NULL,
    model_layers           INTEGER                  NOT NULL,
    computed_rows          BIGINT                   NOT NULL,
    recomputed_rows        BIGINT                   NOT NULL,
    replayed_rows          BIGINT                   NOT NULL,
    verified_accepted_rows BIGINT                   NOT NULL,
    verified_rejected_rows BIGINT                   NOT NULL,
    discarded_rows         BIGINT                   NOT NULL,
    cached_tokens          BIGINT                   NOT NULL,
    busy_nanos             BIGINT                   NOT NULL,
    bytes_received         BIGINT                   NOT NULL,
    bytes_sent             BIGINT                   NOT NULL,
    -- by the node's clock
    counted_at             TIMESTAMP WITH TIME ZONE NOT NULL,
    -- by the gateway's
    received_at            TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_stage_evidence PRIMARY KEY (request_id, node_id, epoch, record_sequence),
    CONSTRAINT ck_stage_evidence_layers CHECK (
        first_layer >= 0 AND end_layer > first_layer AND end_layer <= model_layers)
);
CREATE INDEX ix_stage_evidence_counted ON stage_evidence (counted_at);
