INSERT INTO price_rule VALUES ('price_1', 'molink-demo', NULL, 0.15, 0.075, 0.6, 0, 'USD', CURRENT_TIMESTAMP,
    CURRENT_TIMESTAMP, 'acct_1');
INSERT INTO price_withdrawal VALUES ('price_1', CURRENT_TIMESTAMP, 'acct_1');
