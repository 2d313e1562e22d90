-- A gateway that may hold shares. When its lease is over, the others return what it held.
CREATE TABLE share_holder (
    gateway_id       VARCHAR(40)              NOT NULL,
    lease_expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_share_holder PRIMARY KEY (gateway_id)
);

-- One owner's count of one metric in one window of time. Rows are locked in the order of their ids. For limits that are
-- exact: settled + held <= the limit's amount, where held is the sum over its shares.
CREATE TABLE usage_bound (
    -- owner, metric, currency and beginning of the window, as text
    id            VARCHAR(320)             NOT NULL,
    settled       NUMERIC(38, 18)          NOT NULL,
    held          NUMERIC(38, 18)          NOT NULL,
    -- when a gateway last found too little left; those that hold unused shares return them. Null: never
    wanted_at     TIMESTAMP WITH TIME ZONE,
    -- when nobody can need the row any more
    obsolete_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_usage_bound PRIMARY KEY (id)
);
CREATE INDEX ix_usage_bound_obsolete ON usage_bound (obsolete_at);

CREATE TABLE usage_share (
    bound_id   VARCHAR(320)    NOT NULL,
    gateway_id VARCHAR(40)     NOT NULL,
    held       NUMERIC(38, 18) NOT NULL,
    -- whether some of it may still come back: it is unused, or reserved by requests that run
    returnable BOOLEAN         NOT NULL,
    -- whether the gateway's end leaves it used up, because nothing else counts what it used
    forfeited  BOOLEAN         NOT NULL,
    CONSTRAINT pk_usage_share PRIMARY KEY (bound_id, gateway_id),
    CONSTRAINT fk_usage_share_bound FOREIGN KEY (bound_id) REFERENCES usage_bound (id) ON DELETE CASCADE,
    CONSTRAINT fk_usage_share_holder FOREIGN KEY (gateway_id) REFERENCES share_holder (gateway_id),
    CONSTRAINT ck_usage_share_held CHECK (held >= 0)
);
CREATE INDEX ix_usage_share_gateway ON usage_share (gateway_id);
