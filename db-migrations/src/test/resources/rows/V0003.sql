INSERT INTO account VALUES ('acct_1', 'admin', '{noop}x', 'OWNER', CURRENT_TIMESTAMP);
