-- The last number that each organization's statements have reached.
CREATE TABLE statement_series (
    organization_id VARCHAR(40) NOT NULL,
    last_number     BIGINT      NOT NULL,
    CONSTRAINT pk_statement_series PRIMARY KEY (organization_id)
);

-- What a tenant is billed for a month. Never changed.
CREATE TABLE statement (
    statement_id      VARCHAR(40)              NOT NULL,
    organization_id   VARCHAR(40)              NOT NULL,
    organization_name VARCHAR(100)             NOT NULL,
    number            BIGINT                   NOT NULL,
    currency          VARCHAR(3)               NOT NULL,
    billing_month     VARCHAR(7)               NOT NULL,
    zone              VARCHAR(80)              NOT NULL,
    opening_balance   NUMERIC(38, 18)          NOT NULL,
    charged           NUMERIC(38, 18)          NOT NULL,
    moved             NUMERIC(38, 18)          NOT NULL,
    closing_balance   NUMERIC(38, 18)          NOT NULL,
    carried_in        NUMERIC(38, 18)          NOT NULL,
    -- charged and carried in, rounded; all other amounts are exact
    due_amount        NUMERIC(38, 18)          NOT NULL,
    -- carried into the next statement
    remainder         NUMERIC(38, 18)          NOT NULL,
    issued_at         TIMESTAMP WITH TIME ZONE NOT NULL,
    issued_by         VARCHAR(80)              NOT NULL,
    CONSTRAINT pk_statement PRIMARY KEY (statement_id),
    CONSTRAINT uq_statement_organization_number UNIQUE (organization_id, number),
    CONSTRAINT uq_statement_organization_month UNIQUE (organization_id, currency, billing_month),
    CONSTRAINT ck_statement_sums CHECK (
        closing_balance = opening_balance - charged + moved AND due_amount + remainder = charged + carried_in)
);

CREATE TABLE statement_line (
    statement_id          VARCHAR(40)     NOT NULL,
    line                  INTEGER         NOT NULL,
    kind                  VARCHAR(16)     NOT NULL,
    -- of charges; null otherwise
    project_id            VARCHAR(40),
    project_name          VARCHAR(100),
    model                 VARCHAR(200),
    price_rule_id         VARCHAR(40),
    -- whether it is of earlier months, which were closed already
    late                  BOOLEAN         NOT NULL,
    prompt_tokens         NUMERIC(38, 0)  NOT NULL,
    cached_tokens         NUMERIC(38, 0)  NOT NULL,
    generated_tokens      NUMERIC(38, 0)  NOT NULL,
    prompt_per_million    NUMERIC(38, 18),
    cached_per_million    NUMERIC(38, 18),
    generated_per_million NUMERIC(38, 18),
    amount                NUMERIC(38, 18) NOT NULL,
    CONSTRAINT pk_statement_line PRIMARY KEY (statement_id, line),
    CONSTRAINT fk_statement_line_statement FOREIGN KEY (statement_id) REFERENCES statement (statement_id)
);
