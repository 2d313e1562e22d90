-- Whether stages, usage records, ledger and statements tell the same: one row per comparison.
CREATE TABLE reconciliation_run (
    run_id           VARCHAR(40)              NOT NULL,
    -- a night and its scope, or the run itself: whoever writes it first runs it
    claim            VARCHAR(120)             NOT NULL,
    -- requests that finished at from_at or later and before until_at
    from_at          TIMESTAMP WITH TIME ZONE NOT NULL,
    until_at         TIMESTAMP WITH TIME ZONE NOT NULL,
    requested_by     VARCHAR(80)              NOT NULL,
    state            VARCHAR(10)              NOT NULL,
    started_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    -- a run whose process died is taken over from then on
    lease_expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at      TIMESTAMP WITH TIME ZONE,
    -- null until it is finished, as the next two
    requests         BIGINT,
    differences      BIGINT,
    open_items       BIGINT,
    -- a sentence; null unless it failed
    failure          VARCHAR(1000),
    CONSTRAINT pk_reconciliation_run PRIMARY KEY (run_id),
    CONSTRAINT uq_reconciliation_run_claim UNIQUE (claim),
    CONSTRAINT ck_reconciliation_run_range CHECK (from_at < until_at),
    CONSTRAINT ck_reconciliation_run_state CHECK (
        CASE state
            WHEN 'RUNNING' THEN finished_at IS NULL
            WHEN 'FINISHED' THEN finished_at IS NOT NULL AND requests >= 0 AND differences >= 0 AND open_items >= 0
            WHEN 'FAILED' THEN finished_at IS NOT NULL AND failure IS NOT NULL
            ELSE FALSE
        END)
);
CREATE INDEX ix_reconciliation_run_started ON reconciliation_run (started_at);

-- What does not agree, and what cannot be said yet, each with the request that it is about.
CREATE TABLE reconciliation_finding (
    run_id          VARCHAR(40)   NOT NULL,
    finding_number  INTEGER       NOT NULL,
    -- true: too young to be a difference, its evidence may be under way
    still_open      BOOLEAN       NOT NULL,
    check_name      VARCHAR(40)   NOT NULL,
    request_id      VARCHAR(80)   NOT NULL,
    -- empty where it concerns no single node
    node_id         VARCHAR(80)   NOT NULL,
    pipeline        VARCHAR(200)  NOT NULL,
    organization_id VARCHAR(40)   NOT NULL,
    usage_day       DATE          NOT NULL,
    -- what was compared, such as computed_rows
    quantity        VARCHAR(80)   NOT NULL,
    expected        VARCHAR(80)   NOT NULL,
    found           VARCHAR(80)   NOT NULL,
    CONSTRAINT pk_reconciliation_finding PRIMARY KEY (run_id, finding_number),
    CONSTRAINT fk_reconciliation_finding_run FOREIGN KEY (run_id) REFERENCES reconciliation_run (run_id)
);
CREATE INDEX ix_reconciliation_finding_request ON reconciliation_finding (request_id);

-- What tenants were charged by the usage records and by the ledger.
CREATE TABLE reconciliation_total (
    run_id           VARCHAR(40)     NOT NULL,
    usage_day        DATE            NOT NULL,
    pipeline         VARCHAR(200)    NOT NULL,
    organization_id  VARCHAR(40)     NOT NULL,
    currency         VARCHAR(3)      NOT NULL,
    requests         BIGINT          NOT NULL,
    usage_amount     NUMERIC(38, 18) NOT NULL,
    ledger_amount    NUMERIC(38, 18) NOT NULL,
    CONSTRAINT pk_reconciliation_total PRIMARY KEY (run_id, usage_day, pipeline, organization_id, currency),
    CONSTRAINT fk_reconciliation_total_run FOREIGN KEY (run_id) REFERENCES reconciliation_run (run_id)
);
