-- What running a node costs, in versions that are added and never changed.
CREATE TABLE node_cost_profile (
    -- '*': every node without a profile of its own
    node_id            VARCHAR(80)              NOT NULL,
    profile_version    INTEGER                  NOT NULL,
    -- from then on it holds, until a later one does; of two with the same date the higher version
    effective_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    -- RENT: rent_per_hour; PURCHASE: all that follows it up to price_per_kwh
    kind               VARCHAR(10)              NOT NULL,
    currency           VARCHAR(3)               NOT NULL,
    rent_per_hour      NUMERIC(38, 18),
    purchase_price     NUMERIC(38, 18),
    life_hours         NUMERIC(38, 18),
    busy_watts         NUMERIC(38, 18),
    idle_watts         NUMERIC(38, 18),
    price_per_kwh      NUMERIC(38, 18),
    -- of what the node sends, per 1,000,000,000 bytes
    price_per_gigabyte NUMERIC(38, 18)          NOT NULL,
    created_at         TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by         VARCHAR(80)              NOT NULL,
    CONSTRAINT pk_node_cost_profile PRIMARY KEY (node_id, profile_version),
    CONSTRAINT ck_node_cost_profile_network CHECK (price_per_gigabyte >= 0),
    CONSTRAINT ck_node_cost_profile_kind CHECK (
        CASE kind
            WHEN 'RENT' THEN rent_per_hour >= 0 AND purchase_price IS NULL AND life_hours IS NULL
                AND busy_watts IS NULL AND idle_watts IS NULL AND price_per_kwh IS NULL
            WHEN 'PURCHASE' THEN rent_per_hour IS NULL AND purchase_price >= 0 AND life_hours > 0
                AND busy_watts >= 0 AND idle_watts >= 0 AND price_per_kwh >= 0
            ELSE FALSE
        END)
);
