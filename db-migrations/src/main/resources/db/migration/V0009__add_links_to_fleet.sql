-- What the head of a serving pipeline tells of the links between its stages. Null where it serves not or told nothing yet.
ALTER TABLE fleet_pipeline ADD COLUMN codec VARCHAR(16);
ALTER TABLE fleet_pipeline ADD COLUMN transmit_policy VARCHAR(16);

-- One row per stage for the link that it sends on: to the next stage, or from the last to the head. Rows go with those of
-- their pipeline.
CREATE TABLE fleet_link (
    gateway_id            VARCHAR(40)      NOT NULL,
    pipeline              VARCHAR(200)     NOT NULL,
    model                 VARCHAR(200)     NOT NULL,
    stage                 INTEGER          NOT NULL,
    -- 0: not measured, as in the other two
    bytes_per_second      BIGINT           NOT NULL,
    one_way_nanos         BIGINT           NOT NULL,
    decode_wait_p99_nanos BIGINT           NOT NULL,
    busy_share            DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_fleet_link PRIMARY KEY (gateway_id, pipeline, model, stage),
    CONSTRAINT fk_fleet_link_pipeline FOREIGN KEY (gateway_id, pipeline, model)
        REFERENCES fleet_pipeline (gateway_id, pipeline, model) ON DELETE CASCADE
);
