-- API keys without their text: an HMAC-SHA-256 under the pepper that pepper_id names.
CREATE TABLE api_key (
    id          VARCHAR(40)              NOT NULL,
    project_id  VARCHAR(40)              NOT NULL,
    name        VARCHAR(100)             NOT NULL,
    -- the part of a generated key that finds it; a fixed key has none and is found by its digest
    public_id   VARCHAR(32),
    digest_hex  VARCHAR(64)              NOT NULL,
    pepper_id   VARCHAR(32)              NOT NULL,
    -- what may be shown again: the beginning and the end of the text
    redacted    VARCHAR(64)              NOT NULL,
    created_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at  TIMESTAMP WITH TIME ZONE,
    revoked_at  TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_key PRIMARY KEY (id),
    CONSTRAINT fk_api_key_project FOREIGN KEY (project_id) REFERENCES project (id),
    CONSTRAINT uq_api_key_public_id UNIQUE (public_id),
    CONSTRAINT uq_api_key_digest UNIQUE (digest_hex)
);
CREATE INDEX ix_api_key_project ON api_key (project_id);

-- One row whose stamp rises with every change of a key, so that replicas notice with one cheap query.
CREATE TABLE api_key_change (
    id    INTEGER NOT NULL,
    stamp BIGINT  NOT NULL,
    CONSTRAINT pk_api_key_change PRIMARY KEY (id),
    CONSTRAINT ck_api_key_change_single CHECK (id = 1)
);
INSERT INTO api_key_change (id, stamp) VALUES (1, 0);
