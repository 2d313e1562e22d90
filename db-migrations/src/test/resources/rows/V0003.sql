INSERT INTO account (id, login, password_hash, role, created_at)
VALUES ('acct_1', 'admin', '{noop}x', 'OWNER', CURRENT_TIMESTAMP);
