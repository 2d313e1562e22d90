INSERT INTO statement_series VALUES ('org_1', 1);
INSERT INTO statement VALUES ('stmt_1', 'org_1', 'default', 1, 'USD', '2026-10', 'UTC', 0, 0.125, 10, 9.875, 0, 0.12, 0.005,
    CURRENT_TIMESTAMP, 'acct_1');
INSERT INTO statement_line VALUES ('stmt_1', 1, 'CHARGE', 'proj_1', 'demo', 'molink-demo', 'price_1', FALSE, 3, 0, 5, 0.15,
    0.075, 0.6, 0.125);
