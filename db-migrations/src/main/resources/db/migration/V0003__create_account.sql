-- People who log in to the console.
CREATE TABLE account (
    id            VARCHAR(40)              NOT NULL,
    -- in lower case
    login         VARCHAR(100)             NOT NULL,
    password_hash VARCHAR(200)             NOT NULL,
    role          VARCHAR(20)              NOT NULL,
    created_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_login UNIQUE (login),
    -- CASE and not IN: H2 keeps the session that made the table inside a checked list of constants, and every insert fails
    -- once Flyway has closed that session
    CONSTRAINT ck_account_role CHECK (
        CASE role
            WHEN 'OWNER' THEN TRUE
            WHEN 'ADMIN' THEN TRUE
            WHEN 'DEVELOPER' THEN TRUE
            WHEN 'FINANCE' THEN TRUE
            WHEN 'VIEWER' THEN TRUE
            ELSE FALSE
        END)
);
