-- Programs that use a project: they have keys of their own, and belong to nobody who may leave.
CREATE TABLE service_account (
    id         VARCHAR(40)              NOT NULL,
    project_id VARCHAR(40)              NOT NULL,
    name       VARCHAR(100)             NOT NULL,
    role       VARCHAR(20)              NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    -- the row stays: keys and usage name it
    deleted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_service_account PRIMARY KEY (id),
    CONSTRAINT fk_service_account_project FOREIGN KEY (project_id) REFERENCES project (id),
    CONSTRAINT ck_service_account_role CHECK (CASE role WHEN 'MEMBER' THEN TRUE WHEN 'OWNER' THEN TRUE ELSE FALSE END)
);
CREATE INDEX ix_service_account_project ON service_account (project_id, created_at, id);

-- Null: the key belongs to the project itself.
ALTER TABLE api_key ADD COLUMN service_account_id VARCHAR(40);
ALTER TABLE api_key ADD CONSTRAINT fk_api_key_service_account
    FOREIGN KEY (service_account_id) REFERENCES service_account (id);
CREATE INDEX ix_api_key_service_account ON api_key (service_account_id);
