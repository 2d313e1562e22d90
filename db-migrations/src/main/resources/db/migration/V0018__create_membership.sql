-- Who may do what in an organization. An account may be a member of several, each with a role of its own.
CREATE TABLE membership (
    organization_id VARCHAR(40)              NOT NULL,
    account_id      VARCHAR(40)              NOT NULL,
    role            VARCHAR(20)              NOT NULL,
    -- what gave the role: somebody here, or a group of the identity provider
    source          VARCHAR(20)              NOT NULL,
    created_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_membership PRIMARY KEY (organization_id, account_id),
    CONSTRAINT fk_membership_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT fk_membership_account FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT ck_membership_role CHECK (
        CASE role
            WHEN 'OWNER' THEN TRUE
            WHEN 'ADMIN' THEN TRUE
            WHEN 'DEVELOPER' THEN TRUE
            WHEN 'FINANCE' THEN TRUE
            WHEN 'VIEWER' THEN TRUE
            ELSE FALSE
        END),
    CONSTRAINT ck_membership_source CHECK (
        CASE source WHEN 'LOCAL' THEN TRUE WHEN 'IDENTITY_PROVIDER' THEN TRUE ELSE FALSE END)
);
CREATE INDEX ix_membership_account ON membership (account_id);
CREATE INDEX ix_membership_order ON membership (organization_id, created_at, account_id);

-- Who works in a project. Rights come from the role in the organization.
CREATE TABLE project_member (
    project_id  VARCHAR(40)              NOT NULL,
    account_id  VARCHAR(40)              NOT NULL,
    role        VARCHAR(20)              NOT NULL,
    created_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_project_member PRIMARY KEY (project_id, account_id),
    CONSTRAINT fk_project_member_project FOREIGN KEY (project_id) REFERENCES project (id),
    CONSTRAINT fk_project_member_account FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT ck_project_member_role CHECK (CASE role WHEN 'OWNER' THEN TRUE WHEN 'MEMBER' THEN TRUE ELSE FALSE END)
);
CREATE INDEX ix_project_member_account ON project_member (account_id);
