INSERT INTO ledger_book VALUES ('org_1:USD', 'org_1', 'USD', 'POSTPAID', '2026-10', CURRENT_TIMESTAMP);
INSERT INTO ledger_account VALUES ('org_1:USD:funding', 'org_1:USD', 'FUNDING', NULL, CURRENT_TIMESTAMP);
INSERT INTO ledger_account VALUES ('org_1:USD:wallet', 'org_1:USD', 'WALLET', NULL, CURRENT_TIMESTAMP);
INSERT INTO ledger_balance VALUES ('org_1:USD:funding', -10, 1);
INSERT INTO ledger_balance VALUES ('org_1:USD:wallet', 10, 1);
INSERT INTO ledger_entry (entry_id, idempotency_key, book_id, from_account_id, to_account_id, amount, kind, billing_month,
    late, reason, actor_id, occurred_at, posted_at)
VALUES ('entry_1', 'top_up_1', 'org_1:USD', 'org_1:USD:funding', 'org_1:USD:wallet', 10, 'TOP_UP', '2026-11', FALSE,
    'bank transfer', 'acct_1', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP);
