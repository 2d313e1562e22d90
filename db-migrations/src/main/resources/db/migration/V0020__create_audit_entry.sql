-- Every write of the administration: one gapless chain for all replicas. Each hash covers the row and the hash before it.
CREATE TABLE audit_entry (
    -- 1, 2, 3, … in the order of the commits
    sequence        BIGINT                   NOT NULL,
    id              VARCHAR(40)              NOT NULL,
    recorded_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_kind      VARCHAR(20)              NOT NULL,
    actor_id        VARCHAR(200)             NOT NULL,
    actor_role      VARCHAR(20)              NOT NULL,
    -- whose log it belongs to; empty: the installation's own
    organization_id VARCHAR(40)              NOT NULL,
    action          VARCHAR(100)             NOT NULL,
    object_id       VARCHAR(300)             NOT NULL,
    -- name=value, a line each, sorted by name; see FieldText
    before_fields   VARCHAR(65536)           NOT NULL,
    after_fields    VARCHAR(65536)           NOT NULL,
    -- empty: a write of the process itself
    request_id      VARCHAR(80)              NOT NULL,
    previous_hash   VARCHAR(64)              NOT NULL,
    hash            VARCHAR(64)              NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (sequence),
    CONSTRAINT uq_audit_entry_id UNIQUE (id),
    CONSTRAINT ck_audit_entry_sequence CHECK (sequence > 0)
);
CREATE INDEX ix_audit_entry_organization ON audit_entry (organization_id, sequence);

-- The end of the chain. Who adds a row locks this one first, so there is one order for all replicas; a chain that was cut at
-- its end is shorter than told here.
CREATE TABLE audit_head (
    id          INTEGER     NOT NULL,
    entry_count BIGINT      NOT NULL,
    hash        VARCHAR(64) NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (id),
    CONSTRAINT ck_audit_head_single CHECK (id = 1),
    CONSTRAINT ck_audit_head_count CHECK (entry_count >= 0)
);
INSERT INTO audit_head (id, entry_count, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
