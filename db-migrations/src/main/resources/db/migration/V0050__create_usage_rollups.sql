-- Sums over usage records, kept by the transaction that writes the records and equal to them at every commit. A span is an
-- hour or a day of UTC and holds the requests that finished in it. '' stands for what a record has none of: an end user, a
-- currency. Rows are never deleted; one whose requests were all corrected away has zeros.
CREATE TABLE usage_hour (
    starts_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    organization_id  VARCHAR(40)              NOT NULL,
    project_id       VARCHAR(40)              NOT NULL,
    api_key_id       VARCHAR(40)              NOT NULL,
    end_user         VARCHAR(256)             NOT NULL,
    model            VARCHAR(200)             NOT NULL,
    pipeline         VARCHAR(200)             NOT NULL,
    service_tier     VARCHAR(16)              NOT NULL,
    currency         VARCHAR(3)               NOT NULL,
    requests         BIGINT                   NOT NULL,
    failed_requests  BIGINT                   NOT NULL,
    prompt_tokens    NUMERIC(38, 0)           NOT NULL,
    cached_tokens    NUMERIC(38, 0)           NOT NULL,
    generated_tokens NUMERIC(38, 0)           NOT NULL,
    -- of the requests of which it is known
    delivered_tokens NUMERIC(38, 0)           NOT NULL,
    -- those that the charging rule makes of them
    charged_prompt_tokens    NUMERIC(38, 0)   NOT NULL,
    charged_cached_tokens    NUMERIC(38, 0)   NOT NULL,
    charged_generated_tokens NUMERIC(38, 0)   NOT NULL,
    charge           NUMERIC(38, 18)          NOT NULL,
    CONSTRAINT pk_usage_hour PRIMARY KEY (
        organization_id, starts_at, project_id, api_key_id, end_user, model, pipeline, service_tier, currency)
);
CREATE INDEX ix_usage_hour_starts ON usage_hour (starts_at);

-- By day, without the end user and the pipeline but with the price rule: what a month and its costs are read from.
CREATE TABLE usage_day (
    starts_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    organization_id  VARCHAR(40)              NOT NULL,
    project_id       VARCHAR(40)              NOT NULL,
    api_key_id       VARCHAR(40)              NOT NULL,
    model            VARCHAR(200)             NOT NULL,
    service_tier     VARCHAR(16)              NOT NULL,
    currency         VARCHAR(3)               NOT NULL,
    price_rule_id    VARCHAR(40)              NOT NULL,
    requests         BIGINT                   NOT NULL,
    failed_requests  BIGINT                   NOT NULL,
    prompt_tokens    NUMERIC(38, 0)           NOT NULL,
    cached_tokens    NUMERIC(38, 0)           NOT NULL,
    generated_tokens NUMERIC(38, 0)           NOT NULL,
    delivered_tokens NUMERIC(38, 0)           NOT NULL,
    charged_prompt_tokens    NUMERIC(38, 0)   NOT NULL,
    charged_cached_tokens    NUMERIC(38, 0)   NOT NULL,
    charged_generated_tokens NUMERIC(38, 0)   NOT NULL,
    charge           NUMERIC(38, 18)          NOT NULL,
    CONSTRAINT pk_usage_day PRIMARY KEY (
        organization_id, starts_at, project_id, api_key_id, model, service_tier, currency, price_rule_id)
);
CREATE INDEX ix_usage_day_starts ON usage_day (starts_at);

CREATE TABLE usage_day_end_user (
    starts_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    organization_id  VARCHAR(40)              NOT NULL,
    project_id       VARCHAR(40)              NOT NULL,
    api_key_id       VARCHAR(40)              NOT NULL,
    end_user         VARCHAR(256)             NOT NULL,
    model            VARCHAR(200)             NOT NULL,
    service_tier     VARCHAR(16)              NOT NULL,
    currency         VARCHAR(3)               NOT NULL,
    requests         BIGINT                   NOT NULL,
    failed_requests  BIGINT                   NOT NULL,
    prompt_tokens    NUMERIC(38, 0)           NOT NULL,
    cached_tokens    NUMERIC(38, 0)           NOT NULL,
    generated_tokens NUMERIC(38, 0)           NOT NULL,
    delivered_tokens NUMERIC(38, 0)           NOT NULL,
    charged_prompt_tokens    NUMERIC(38, 0)   NOT NULL,
    charged_cached_tokens    NUMERIC(38, 0)   NOT NULL,
    charged_generated_tokens NUMERIC(38, 0)   NOT NULL,
    charge           NUMERIC(38, 18)          NOT NULL,
    CONSTRAINT pk_usage_day_end_user PRIMARY KEY (
        organization_id, starts_at, project_id, api_key_id, end_user, model, service_tier, currency)
);
CREATE INDEX ix_usage_day_end_user_starts ON usage_day_end_user (starts_at);

-- The end users of a project that have rows of their own in an hour. A tenant chooses these labels, so their number is
-- bounded: those that come after the bound share one row. Only ever added to, so that the sums can be made anew.
CREATE TABLE rollup_end_user (
    starts_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    project_id VARCHAR(40)              NOT NULL,
    end_user   VARCHAR(256)             NOT NULL,
    CONSTRAINT pk_rollup_end_user PRIMARY KEY (project_id, starts_at, end_user)
);
CREATE TABLE rollup_end_user_count (
    starts_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    project_id VARCHAR(40)              NOT NULL,
    end_users  INTEGER                  NOT NULL,
    -- some have come after the bound, so nobody gets a row of his own any more, even where the bound is raised
    closed     BOOLEAN                  NOT NULL,
    CONSTRAINT pk_rollup_end_user_count PRIMARY KEY (project_id, starts_at)
);
