-- The fleet as each gateway sees it, for consoles in other processes. Rows count until their lease expires.
CREATE TABLE fleet_node (
    gateway_id           VARCHAR(40)              NOT NULL,
    node_id              VARCHAR(80)              NOT NULL,
    version              VARCHAR(80)              NOT NULL,
    address              VARCHAR(300)             NOT NULL,
    pipeline             VARCHAR(200)             NOT NULL,
    model                VARCHAR(200)             NOT NULL,
    dtype                VARCHAR(40)              NOT NULL,
    model_layers         INTEGER                  NOT NULL,
    first_layer          INTEGER                  NOT NULL,
    end_layer            INTEGER                  NOT NULL,
    state                VARCHAR(20)              NOT NULL,
    device_kind          VARCHAR(40)              NOT NULL,
    device_description   VARCHAR(300)             NOT NULL,
    device_memory_bytes  BIGINT                   NOT NULL,
    mapped_weight_bytes  BIGINT                   NOT NULL,
    resident_bytes       BIGINT                   NOT NULL,
    kv_blocks_used       INTEGER                  NOT NULL,
    kv_blocks_total      INTEGER                  NOT NULL,
    running_sequences    INTEGER                  NOT NULL,
    waiting_sequences    INTEGER                  NOT NULL,
    joined_at            TIMESTAMP WITH TIME ZONE NOT NULL,
    heartbeat_at         TIMESTAMP WITH TIME ZONE NOT NULL,
    lease_expires_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fleet_node PRIMARY KEY (gateway_id, node_id),
    CONSTRAINT ck_fleet_node_layers CHECK (first_layer >= 0 AND end_layer > first_layer AND end_layer <= model_layers)
);
CREATE INDEX ix_fleet_node_lease ON fleet_node (lease_expires_at);

CREATE TABLE fleet_pipeline (
    gateway_id       VARCHAR(40)              NOT NULL,
    pipeline         VARCHAR(200)             NOT NULL,
    model            VARCHAR(200)             NOT NULL,
    model_layers     INTEGER                  NOT NULL,
    state            VARCHAR(20)              NOT NULL,
    epoch            BIGINT                   NOT NULL,
    reason           VARCHAR(1000)            NOT NULL,
    lease_expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fleet_pipeline PRIMARY KEY (gateway_id, pipeline, model)
);
CREATE INDEX ix_fleet_pipeline_lease ON fleet_pipeline (lease_expires_at);
