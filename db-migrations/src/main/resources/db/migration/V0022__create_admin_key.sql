-- Keys of the administration API, without their text: an HMAC-SHA-256 under the pepper that pepper_id names.
CREATE TABLE admin_key (
    id              VARCHAR(40)              NOT NULL,
    -- null: a key of the installation's operator
    organization_id VARCHAR(40),
    name            VARCHAR(100)             NOT NULL,
    role            VARCHAR(20)              NOT NULL,
    -- null: a key whose text an operator chose
    public_id       VARCHAR(32),
    digest_hex      VARCHAR(64)              NOT NULL,
    pepper_id       VARCHAR(32)              NOT NULL,
    redacted        VARCHAR(64)              NOT NULL,
    created_by      VARCHAR(200)             NOT NULL,
    created_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at      TIMESTAMP WITH TIME ZONE,
    revoked_at      TIMESTAMP WITH TIME ZONE,
    last_used_at    TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_admin_key PRIMARY KEY (id),
    CONSTRAINT fk_admin_key_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT uq_admin_key_public_id UNIQUE (public_id),
    CONSTRAINT uq_admin_key_digest UNIQUE (digest_hex),
    CONSTRAINT ck_admin_key_role CHECK (
        CASE role
            WHEN 'OWNER' THEN TRUE
            WHEN 'ADMIN' THEN TRUE
            WHEN 'DEVELOPER' THEN TRUE
            WHEN 'FINANCE' THEN TRUE
            WHEN 'VIEWER' THEN TRUE
            ELSE FALSE
        END)
);
CREATE INDEX ix_admin_key_organization ON admin_key (organization_id);
