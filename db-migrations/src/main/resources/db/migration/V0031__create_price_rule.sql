-- What tokens cost: rows are added, never changed.
CREATE TABLE price_rule (
    rule_id               VARCHAR(40)              NOT NULL,
    model                 VARCHAR(200)             NOT NULL,
    -- null: everybody's; no foreign key, as a rule outlives whom it was made for
    organization_id       VARCHAR(40),
    prompt_per_million    NUMERIC(38, 18)          NOT NULL,
    cached_per_million    NUMERIC(38, 18)          NOT NULL,
    generated_per_million NUMERIC(38, 18)          NOT NULL,
    minimum_charge        NUMERIC(38, 18)          NOT NULL,
    currency              VARCHAR(3)               NOT NULL,
    effective_at          TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at            TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by            VARCHAR(80)              NOT NULL,
    CONSTRAINT pk_price_rule PRIMARY KEY (rule_id),
    CONSTRAINT ck_price_rule_prices CHECK (
        prompt_per_million >= 0 AND cached_per_million >= 0 AND generated_per_million >= 0 AND minimum_charge >= 0),
    CONSTRAINT ck_price_rule_not_retroactive CHECK (effective_at >= created_at)
);
CREATE INDEX ix_price_rule_model ON price_rule (model, organization_id, effective_at);

-- Rules that were taken back before they came into force.
CREATE TABLE price_withdrawal (
    rule_id      VARCHAR(40)              NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_by VARCHAR(80)              NOT NULL,
    CONSTRAINT pk_price_withdrawal PRIMARY KEY (rule_id),
    CONSTRAINT fk_price_withdrawal_rule FOREIGN KEY (rule_id) REFERENCES price_rule (rule_id)
);

-- One row whose stamp rises with every change of a price, so that replicas notice with one cheap query.
CREATE TABLE price_change (
    id    INTEGER NOT NULL,
    stamp BIGINT  NOT NULL,
    CONSTRAINT pk_price_change PRIMARY KEY (id),
    CONSTRAINT ck_price_change_single CHECK (id = 1)
);
INSERT INTO price_change (id, stamp) VALUES (1, 0);
