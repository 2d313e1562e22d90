-- The books. A book belongs to an organization and has one currency; its row is locked by whoever posts to it.
CREATE TABLE ledger_book (
    book_id         VARCHAR(44)              NOT NULL,
    -- no foreign key: books outlive whom they are about
    organization_id VARCHAR(40)              NOT NULL,
    currency        VARCHAR(3)               NOT NULL,
    -- PREPAID or POSTPAID
    terms           VARCHAR(10)              NOT NULL,
    -- the last month with a statement, such as 2026-11; null: none yet
    closed_through  VARCHAR(7),
    created_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ledger_book PRIMARY KEY (book_id),
    CONSTRAINT uq_ledger_book_organization_currency UNIQUE (organization_id, currency),
    CONSTRAINT ck_ledger_book_terms CHECK (CASE terms WHEN 'PREPAID' THEN TRUE WHEN 'POSTPAID' THEN TRUE ELSE FALSE END)
);

-- Never changed. Each credit that is granted has an account of its own.
CREATE TABLE ledger_account (
    account_id VARCHAR(60)              NOT NULL,
    book_id    VARCHAR(44)              NOT NULL,
    kind       VARCHAR(12)              NOT NULL,
    -- of a credit; null: never
    expires_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ledger_account PRIMARY KEY (account_id),
    CONSTRAINT fk_ledger_account_book FOREIGN KEY (book_id) REFERENCES ledger_book (book_id),
    CONSTRAINT ck_ledger_account_expiry CHECK (expires_at IS NULL OR kind = 'CREDIT')
);
CREATE INDEX ix_ledger_account_book ON ledger_account (book_id, kind);

-- What came into each account less what went out: follows from the entries and can be computed anew from them.
CREATE TABLE ledger_balance (
    account_id VARCHAR(60)     NOT NULL,
    balance    NUMERIC(38, 18) NOT NULL,
    entries    BIGINT          NOT NULL,
    CONSTRAINT pk_ledger_balance PRIMARY KEY (account_id),
    CONSTRAINT fk_ledger_balance_account FOREIGN KEY (account_id) REFERENCES ledger_account (account_id)
);

-- Each row moves one positive amount between two different accounts, so the sum over all accounts is 0. Never changed.
CREATE TABLE ledger_entry (
    entry_id         VARCHAR(40)              NOT NULL,
    idempotency_key  VARCHAR(200)             NOT NULL,
    book_id          VARCHAR(44)              NOT NULL,
    from_account_id  VARCHAR(60)              NOT NULL,
    to_account_id    VARCHAR(60)              NOT NULL,
    amount           NUMERIC(38, 18)          NOT NULL,
    kind             VARCHAR(16)              NOT NULL,
    -- whose statement has it, such as 2026-11
    billing_month    VARCHAR(7)               NOT NULL,
    -- whether it belongs to an earlier month, which was closed already
    late             BOOLEAN                  NOT NULL,
    -- of charges, the tokens charged included; null otherwise
    request_id       VARCHAR(80),
    project_id       VARCHAR(40),
    model            VARCHAR(200),
    price_rule_id    VARCHAR(40),
    prompt_tokens    BIGINT,
    cached_tokens    BIGINT,
    generated_tokens BIGINT,
    reason           VARCHAR(500)             NOT NULL,
    actor_id         VARCHAR(80)              NOT NULL,
    reversal_of      VARCHAR(40),
    occurred_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    posted_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ledger_entry PRIMARY KEY (entry_id),
    CONSTRAINT uq_ledger_entry_idempotency_key UNIQUE (idempotency_key),
    -- its index serves the foreign key as well
    CONSTRAINT uq_ledger_entry_reversal_of UNIQUE (reversal_of),
    CONSTRAINT fk_ledger_entry_reversal_of FOREIGN KEY (reversal_of) REFERENCES ledger_entry (entry_id),
    CONSTRAINT fk_ledger_entry_book FOREIGN KEY (book_id) REFERENCES ledger_book (book_id),
    CONSTRAINT fk_ledger_entry_from FOREIGN KEY (from_account_id) REFERENCES ledger_account (account_id),
    CONSTRAINT fk_ledger_entry_to FOREIGN KEY (to_account_id) REFERENCES ledger_account (account_id),
    CONSTRAINT ck_ledger_entry_amount CHECK (amount > 0),
    CONSTRAINT ck_ledger_entry_two_accounts CHECK (from_account_id <> to_account_id),
    CONSTRAINT ck_ledger_entry_request CHECK (
        (kind = 'CHARGE' AND request_id IS NOT NULL AND project_id IS NOT NULL AND model IS NOT NULL
            AND prompt_tokens >= cached_tokens AND cached_tokens >= 0 AND generated_tokens >= 0)
        OR (kind <> 'CHARGE' AND request_id IS NULL))
);
CREATE INDEX ix_ledger_entry_book_month ON ledger_entry (book_id, billing_month);
CREATE INDEX ix_ledger_entry_from ON ledger_entry (from_account_id);
CREATE INDEX ix_ledger_entry_to ON ledger_entry (to_account_id);
CREATE INDEX ix_ledger_entry_request ON ledger_entry (request_id);
CREATE INDEX ix_ledger_entry_posted ON ledger_entry (posted_at, entry_id);
