-- Who an account is: an operator of the whole installation, as all were, or a member of organizations and nothing else.
ALTER TABLE account ADD COLUMN kind VARCHAR(20) DEFAULT 'OPERATOR' NOT NULL;
-- what gave the operator its role: somebody here, or a group of the identity provider
ALTER TABLE account ADD COLUMN role_source VARCHAR(20) DEFAULT 'LOCAL' NOT NULL;
-- in lower case; null: not known
ALTER TABLE account ADD COLUMN email VARCHAR(254);
ALTER TABLE account ADD COLUMN display_name VARCHAR(100);
-- null: may log in
ALTER TABLE account ADD COLUMN deactivated_at TIMESTAMP WITH TIME ZONE;
-- rises when every session that is open has to end
ALTER TABLE account ADD COLUMN session_stamp BIGINT DEFAULT 0 NOT NULL;
-- a login may be an e-mail address
ALTER TABLE account ALTER COLUMN login SET DATA TYPE VARCHAR(254);
-- null: logs in through the identity provider only
ALTER TABLE account ALTER COLUMN password_hash DROP NOT NULL;
-- null: a member, whose roles are those of its memberships
ALTER TABLE account ALTER COLUMN role DROP NOT NULL;

ALTER TABLE account ADD CONSTRAINT uq_account_email UNIQUE (email);
ALTER TABLE account DROP CONSTRAINT ck_account_role;
ALTER TABLE account ADD CONSTRAINT ck_account_role CHECK (
    CASE
        WHEN role IS NULL THEN TRUE
        WHEN role = 'OWNER' THEN TRUE
        WHEN role = 'ADMIN' THEN TRUE
        WHEN role = 'DEVELOPER' THEN TRUE
        WHEN role = 'FINANCE' THEN TRUE
        WHEN role = 'VIEWER' THEN TRUE
        ELSE FALSE
    END);
ALTER TABLE account ADD CONSTRAINT ck_account_kind CHECK (
    CASE kind
        WHEN 'OPERATOR' THEN role IS NOT NULL
        WHEN 'MEMBER' THEN role IS NULL
        ELSE FALSE
    END);
ALTER TABLE account ADD CONSTRAINT ck_account_role_source CHECK (
    CASE role_source WHEN 'LOCAL' THEN TRUE WHEN 'IDENTITY_PROVIDER' THEN TRUE ELSE FALSE END);

-- Under which name an identity provider knows an account.
CREATE TABLE account_identity (
    issuer      VARCHAR(500)             NOT NULL,
    subject     VARCHAR(255)             NOT NULL,
    account_id  VARCHAR(40)              NOT NULL,
    created_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_account_identity PRIMARY KEY (issuer, subject),
    CONSTRAINT fk_account_identity_account FOREIGN KEY (account_id) REFERENCES account (id),
    -- its index serves the foreign key as well
    CONSTRAINT uq_account_identity_account UNIQUE (account_id, issuer)
);
