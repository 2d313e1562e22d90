-- What organizations, projects, keys and models of projects may use at most.
CREATE TABLE usage_limit (
    id              VARCHAR(40)              NOT NULL,
    organization_id VARCHAR(40)              NOT NULL,
    -- ORGANIZATION, PROJECT, KEY or MODEL; owner_id names it, for MODEL its project
    owner_kind      VARCHAR(20)              NOT NULL,
    owner_id        VARCHAR(40)              NOT NULL,
    -- empty unless owner_kind is MODEL
    model           VARCHAR(200)             NOT NULL,
    metric          VARCHAR(30)              NOT NULL,
    -- requests, tokens, or money in currency
    amount          NUMERIC(38, 18)          NOT NULL,
    -- HARD, SOFT or SHADOW
    mode            VARCHAR(10)              NOT NULL,
    -- empty unless the amount is money
    currency        VARCHAR(3)               NOT NULL,
    changed_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_usage_limit PRIMARY KEY (id),
    CONSTRAINT fk_usage_limit_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT uq_usage_limit_owner UNIQUE (owner_kind, owner_id, model, metric, currency),
    CONSTRAINT ck_usage_limit_amount CHECK (amount >= 0)
);
CREATE INDEX ix_usage_limit_organization ON usage_limit (organization_id);

-- One row whose stamp rises with every change of a limit, so that replicas notice with one cheap query.
CREATE TABLE usage_limit_change (
    id    INTEGER NOT NULL,
    stamp BIGINT  NOT NULL,
    CONSTRAINT pk_usage_limit_change PRIMARY KEY (id),
    CONSTRAINT ck_usage_limit_change_single CHECK (id = 1)
);
INSERT INTO usage_limit_change (id, stamp) VALUES (1, 0);
