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
    CONSTRAINT ck_account_role CHECK (role IN ('OWNER', 'ADMIN', 'DEVELOPER', 'FINANCE', 'VIEWER'))
);
