-- Whom a request belongs to: organizations own projects, projects own keys.
CREATE TABLE organization (
    id          VARCHAR(40)              NOT NULL,
    name        VARCHAR(100)             NOT NULL,
    created_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_organization PRIMARY KEY (id),
    CONSTRAINT uq_organization_name UNIQUE (name)
);

CREATE TABLE project (
    id              VARCHAR(40)              NOT NULL,
    organization_id VARCHAR(40)              NOT NULL,
    name            VARCHAR(100)             NOT NULL,
    created_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_project PRIMARY KEY (id),
    CONSTRAINT fk_project_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    -- its index serves the foreign key as well
    CONSTRAINT uq_project_organization_name UNIQUE (organization_id, name)
);
