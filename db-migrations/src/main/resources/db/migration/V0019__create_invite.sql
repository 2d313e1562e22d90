-- Invitations into an organization. Whoever shows the token accepts; only its SHA-256 is stored.
CREATE TABLE invite (
    id                VARCHAR(40)              NOT NULL,
    organization_id   VARCHAR(40)              NOT NULL,
    -- in lower case
    email             VARCHAR(254)             NOT NULL,
    role              VARCHAR(20)              NOT NULL,
    token_sha256_hex  VARCHAR(64)              NOT NULL,
    created_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    -- null: nobody accepted yet
    accepted_at       TIMESTAMP WITH TIME ZONE,
    account_id        VARCHAR(40),
    CONSTRAINT pk_invite PRIMARY KEY (id),
    CONSTRAINT fk_invite_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT fk_invite_account FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT uq_invite_token UNIQUE (token_sha256_hex),
    CONSTRAINT ck_invite_accepted CHECK ((accepted_at IS NULL AND account_id IS NULL)
        OR (accepted_at IS NOT NULL AND account_id IS NOT NULL)),
    CONSTRAINT ck_invite_role CHECK (
        CASE role
            WHEN 'OWNER' THEN TRUE
            WHEN 'ADMIN' THEN TRUE
            WHEN 'DEVELOPER' THEN TRUE
            WHEN 'FINANCE' THEN TRUE
            WHEN 'VIEWER' THEN TRUE
            ELSE FALSE
        END)
);
CREATE INDEX ix_invite_order ON invite (organization_id, created_at, id);
CREATE INDEX ix_invite_account ON invite (account_id);

-- The projects that whoever accepts works in.
CREATE TABLE invite_project (
    invite_id   VARCHAR(40) NOT NULL,
    project_id  VARCHAR(40) NOT NULL,
    role        VARCHAR(20) NOT NULL,
    CONSTRAINT pk_invite_project PRIMARY KEY (invite_id, project_id),
    CONSTRAINT fk_invite_project_invite FOREIGN KEY (invite_id) REFERENCES invite (id),
    CONSTRAINT fk_invite_project_project FOREIGN KEY (project_id) REFERENCES project (id),
    CONSTRAINT ck_invite_project_role CHECK (CASE role WHEN 'OWNER' THEN TRUE WHEN 'MEMBER' THEN TRUE ELSE FALSE END)
);
CREATE INDEX ix_invite_project_project ON invite_project (project_id);
