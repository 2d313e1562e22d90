-- Where alerts are sent. The secret that signs them is derived from its id and the pepper, so it stands nowhere.
CREATE TABLE webhook (
    id              VARCHAR(40)              NOT NULL,
    -- null: of the installation, which is told of every organization's alerts
    organization_id VARCHAR(40),
    name            VARCHAR(100)             NOT NULL,
    url             VARCHAR(2000)            NOT NULL,
    -- kinds of alerts, separated by commas; empty: all
    kinds           VARCHAR(1000)            NOT NULL,
    pepper_id       VARCHAR(32)              NOT NULL,
    created_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    deleted_at      TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_webhook PRIMARY KEY (id)
);
CREATE INDEX ix_webhook_organization ON webhook (organization_id);

-- One row per thing that happened; the key makes sure that nothing is told twice.
CREATE TABLE alert (
    id              VARCHAR(40)              NOT NULL,
    -- null: about the installation
    organization_id VARCHAR(40),
    kind            VARCHAR(60)              NOT NULL,
    event_key       VARCHAR(300)             NOT NULL,
    -- a JSON object of strings
    data            VARCHAR(8000)            NOT NULL,
    raised_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_alert PRIMARY KEY (id),
    CONSTRAINT uq_alert_event_key UNIQUE (event_key)
);
CREATE INDEX ix_alert_organization_raised ON alert (organization_id, raised_at);

CREATE TABLE alert_delivery (
    alert_id        VARCHAR(40)              NOT NULL,
    webhook_id      VARCHAR(40)              NOT NULL,
    attempts        INTEGER                  NOT NULL,
    -- when it is tried again; null: never
    next_attempt_at TIMESTAMP WITH TIME ZONE,
    delivered_at    TIMESTAMP WITH TIME ZONE,
    -- of the last attempt
    outcome         VARCHAR(300)             NOT NULL,
    CONSTRAINT pk_alert_delivery PRIMARY KEY (alert_id, webhook_id),
    CONSTRAINT fk_alert_delivery_alert FOREIGN KEY (alert_id) REFERENCES alert (id),
    CONSTRAINT fk_alert_delivery_webhook FOREIGN KEY (webhook_id) REFERENCES webhook (id),
    CONSTRAINT ck_alert_delivery_attempts CHECK (attempts >= 0)
);
CREATE INDEX ix_alert_delivery_next ON alert_delivery (next_attempt_at);
CREATE INDEX ix_alert_delivery_webhook ON alert_delivery (webhook_id);

-- A sum per month whose reaching is told, in OpenAI's shape; nothing is refused.
CREATE TABLE spend_alert (
    id              VARCHAR(40)              NOT NULL,
    organization_id VARCHAR(40)              NOT NULL,
    -- null: of the whole organization
    project_id      VARCHAR(40),
    threshold       NUMERIC(38, 18)          NOT NULL,
    currency        VARCHAR(3)               NOT NULL,
    created_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_spend_alert PRIMARY KEY (id),
    CONSTRAINT ck_spend_alert_threshold CHECK (threshold > 0)
);
CREATE INDEX ix_spend_alert_organization ON spend_alert (organization_id);
