-- What each request used, exactly one row per request. No foreign keys: a record is evidence and must never be refused
-- because something that it names was restored from an older backup or lives in another replica's uncommitted work.
CREATE TABLE usage_record (
    request_id       VARCHAR(80)              NOT NULL,
    api_key_id       VARCHAR(40)              NOT NULL,
    project_id       VARCHAR(40)              NOT NULL,
    organization_id  VARCHAR(40)              NOT NULL,
    model            VARCHAR(200)             NOT NULL,
    pipeline         VARCHAR(200)             NOT NULL,
    endpoint         VARCHAR(80)              NOT NULL,
    prompt_tokens    INTEGER                  NOT NULL,
    cached_tokens    INTEGER                  NOT NULL,
    generated_tokens BIGINT                   NOT NULL,
    -- null: not known
    delivered_tokens BIGINT,
    -- one per choice, separated by commas
    finish_reasons   VARCHAR(2000)            NOT NULL,
    -- null: the request did not fail
    failure_code     VARCHAR(40),
    received_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    -- null: no token was generated
    first_token_at   TIMESTAMP WITH TIME ZONE,
    finished_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    -- HEAD: the head's own final report; GATEWAY: what the gateway saw of a request whose head was lost
    evidence         VARCHAR(10)              NOT NULL,
    CONSTRAINT pk_usage_record PRIMARY KEY (request_id),
    CONSTRAINT ck_usage_record_evidence CHECK (
        CASE evidence WHEN 'HEAD' THEN TRUE WHEN 'GATEWAY' THEN TRUE ELSE FALSE END),
    CONSTRAINT ck_usage_record_tokens CHECK (
        prompt_tokens >= 0 AND cached_tokens >= 0 AND cached_tokens <= prompt_tokens AND generated_tokens >= 0
        AND (delivered_tokens IS NULL OR delivered_tokens >= 0))
);
CREATE INDEX ix_usage_record_finished ON usage_record (finished_at);
CREATE INDEX ix_usage_record_project_finished ON usage_record (project_id, finished_at);
