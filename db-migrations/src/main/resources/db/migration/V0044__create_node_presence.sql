-- When each node was part of the fleet, as all gateways together saw it: one row per node and hour.
CREATE TABLE node_presence (
    node_id         VARCHAR(80)              NOT NULL,
    hour_at         TIMESTAMP WITH TIME ZONE NOT NULL,
    -- bit m, from 0 to 59: it was seen in that minute of the hour
    present_minutes BIGINT                   NOT NULL,
    CONSTRAINT pk_node_presence PRIMARY KEY (node_id, hour_at),
    CONSTRAINT ck_node_presence_minutes CHECK (present_minutes > 0)
);
CREATE INDEX ix_node_presence_hour ON node_presence (hour_at);
