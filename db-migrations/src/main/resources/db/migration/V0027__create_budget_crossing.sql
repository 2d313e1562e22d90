-- Which parts of a budget were used up in which month; each is told once, again only for another amount.
CREATE TABLE budget_crossing (
    -- of usage_bound, whose row goes earlier
    bound_id          VARCHAR(320)             NOT NULL,
    threshold_percent INTEGER                  NOT NULL,
    limit_id          VARCHAR(40)              NOT NULL,
    mode              VARCHAR(10)              NOT NULL,
    amount            NUMERIC(38, 18)          NOT NULL,
    settled           NUMERIC(38, 18)          NOT NULL,
    crossed_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_budget_crossing PRIMARY KEY (bound_id, threshold_percent, amount)
);
